using LogStore.Tests.Logs.Model;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>Random operations on a log and on a list in memory, with reopening, crashes and power losses in between.</summary>
public sealed class ModelTests
{
    private const int Runs = 60;
    private const int Steps = 250;

    [Fact]
    public async Task ALogBehavesLikeAList()
    {
        int mostSegments = 0;
        await Seeds.ForEachAsync(Runs, async random =>
        {
            using TemporaryDirectory directory = new(inMemory: true);
            await using ModelRun run = new(random, directory.Path);
            try
            {
                await run.RunAsync(Steps);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"{exception.Message}\n{string.Join("; ", run.Steps.TakeLast(30))}", exception);
            }

            mostSegments = Math.Max(mostSegments, run.MostSegments);
        });
        Assert.True(Seeds.IsRepetition || mostSegments > 3);
    }
}
