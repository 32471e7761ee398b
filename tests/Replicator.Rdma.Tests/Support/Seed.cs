using System.Globalization;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>Random numbers that can be had again: the seed is printed, and LOGSTORE_TEST_SEED sets it.</summary>
internal static class Seed
{
    public static Random NewRandom(string test)
    {
        string? wanted = Environment.GetEnvironmentVariable("LOGSTORE_TEST_SEED");
        int seed = wanted is null ? Random.Shared.Next() : int.Parse(wanted, CultureInfo.InvariantCulture);
        Console.WriteLine($"  {test}: seed {seed}");
        return new Random(seed);
    }
}
