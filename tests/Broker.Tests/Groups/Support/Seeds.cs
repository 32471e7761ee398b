using System.Globalization;

namespace LogStore.Broker.Tests.Groups.Support;

/// <summary>
/// Runs a test with many seeds, the same ones each time; LOGSTORE_TEST_SEED repeats the one that a failure names, or,
/// set to <c>random</c>, goes looking for others.
/// </summary>
internal static class Seeds
{
    public static void ForEach(int count, Action<Random> test)
    {
        string? given = Environment.GetEnvironmentVariable("LOGSTORE_TEST_SEED");
        for (int run = 1; run <= (given is null or "random" ? count : 1); run++)
        {
            int seed = given switch
            {
                null => run,
                "random" => Random.Shared.Next(),
                string number => int.Parse(number, CultureInfo.InvariantCulture),
            };
            try
            {
                test(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"Repeat with LOGSTORE_TEST_SEED={seed}: {exception.Message}", exception);
            }
        }
    }
}
