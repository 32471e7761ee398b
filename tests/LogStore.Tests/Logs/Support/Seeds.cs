using System.Globalization;

namespace LogStore.Tests.Logs.Support;

/// <summary>
/// Runs a test with many seeds, the same ones each time; LOGSTORE_TEST_SEED repeats the one that a failure names, or, set to
/// <c>random</c>, goes looking for others.
/// </summary>
internal static class Seeds
{
    private static readonly string? Given = Environment.GetEnvironmentVariable("LOGSTORE_TEST_SEED");

    /// <summary>Whether one seed is being repeated, which need not meet what only many of them do.</summary>
    public static bool IsRepetition => Given is not null and not "random";

    public static async Task ForEachAsync(int count, Func<Random, Task> test)
    {
        for (int run = 1; run <= (IsRepetition ? 1 : count); run++)
        {
            int seed = Given switch
            {
                null => run,
                "random" => Random.Shared.Next(),
                string number => int.Parse(number, CultureInfo.InvariantCulture),
            };
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
