using System.Globalization;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>Random numbers that can be had again: the seed is printed, and LOGSTORE_TEST_SEED sets it.</summary>
internal static class Seed
{
    public static Random NewRandom(string test)
    {
        string? wanted = Environment.GetEnvironmentVariable("LOGSTORE_TEST_SEED");
        int seed = wanted switch
        {
            null => 1, // The same for everybody, so that a change is what makes the difference.
            "random" => Random.Shared.Next(),
            string number => int.Parse(number, CultureInfo.InvariantCulture),
        };
        Console.WriteLine($"  {test}: seed {seed}");
        return new Random(seed);
    }
}
