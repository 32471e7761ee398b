using System.Globalization;

namespace LogStore.Tests.Logs.Support;

/// <summary>Runs a test with many random seeds; LOGSTORE_TEST_SEED repeats the one that a failure names.</summary>
internal static class Seeds
{
    public static async Task ForEachAsync(int count, Func<Random, Task> test)
    {
        string? given = Environment.GetEnvironmentVariable("LOGSTORE_TEST_SEED");
        if (given is not null) count = 1;
        for (int run = 0; run < count; run++)
        {
            int seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
            try
            {
                await test(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"Repeat with LOGSTORE_TEST_SEED={seed}: {exception.Message}", exception);
            }
        }
    }
}
