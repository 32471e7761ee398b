using System.Globalization;

namespace LogStore.Tests.Shared;

/// <summary>Random numbers from a seed that the test's output names; LOGSTORE_TEST_SEED repeats a run.</summary>
internal static class SeededRandom
{
    public static Random Create()
    {
        string? given = Environment.GetEnvironmentVariable("LOGSTORE_TEST_SEED");
        int seed = given switch
        {
            null => 1, // The same for everybody, so that a change is what makes the difference.
            "random" => Random.Shared.Next(),
            string number => int.Parse(number, CultureInfo.InvariantCulture),
        };
        Xunit.TestContext.Current.TestOutputHelper?.WriteLine($"Repeat with LOGSTORE_TEST_SEED={seed}");
        return new Random(seed);
    }
}
