using System.Globalization;
using Xunit;

namespace LogStore.KafkaProtocol.Tests;

/// <summary>Random numbers from a seed that the test's output names; LOGSTORE_TEST_SEED repeats a run.</summary>
internal static class SeededRandom
{
    public static Random Create()
    {
        string? given = Environment.GetEnvironmentVariable("LOGSTORE_TEST_SEED");
        int seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"Repeat with LOGSTORE_TEST_SEED={seed}");
        return new Random(seed);
    }
}
