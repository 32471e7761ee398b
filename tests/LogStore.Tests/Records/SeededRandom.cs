using System.Globalization;
using Xunit;

namespace LogStore.Tests.Records;

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
        TestContext.Current.TestOutputHelper?.WriteLine($"Repeat with LOGSTORE_TEST_SEED={seed}");
        return new Random(seed);
    }

    /// <summary>Null, empty or random bytes, mostly short.</summary>
    public static byte[]? NextBytesOrNull(this Random random, int maxLength)
    {
        int kind = random.Next(10);
        if (kind == 0) return null;
        byte[] bytes = new byte[kind == 1 ? 0 : random.Next(kind == 2 ? maxLength : Math.Min(maxLength, 40)) + 1];
        random.NextBytes(bytes);

        // Half of them compress well.
        if (random.Next(2) == 0) bytes.AsSpan().Fill((byte)'x');
        return bytes;
    }
}
