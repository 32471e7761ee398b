using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Compaction;

/// <summary>
/// A crash after every single change that appends and compactions make to the files: what is opened afterwards has the latest
/// record of every key that was acknowledged, at its offset, and no older one that was gone.
/// </summary>
public sealed class CompactionCrashTests
{
    [Fact]
    public Task AKilledProcessLosesNothing() => SweepAsync(storage => storage.AfterKill());

    [Fact]
    public Task APowerLossLosesNothingThatWasFlushed() => SweepAsync(storage => storage.AfterPowerLoss());

    [Fact]
    public Task APowerLossAfterPartialWriteBackLosesNothingThatWasFlushed() => Seeds.ForEachAsync(
        1, random => SweepAsync(storage => storage.AfterPowerLoss(random), mayReport: true));

    private static async Task SweepAsync(Func<RecordingStorage, CrashImage> capture, bool mayReport = false)
    {
        using TemporaryDirectory parent = new(inMemory: true);
        List<(CrashImage Image, long FlushedEnd, long CompactedTo)> crashes = await RecordAsync(parent["live"], capture);
        int reported = 0;
        for (int index = 0; index < crashes.Count; index++)
        {
            (CrashImage image, long flushedEnd, long compactedTo) = crashes[index];
            image.WriteTo(parent["left"]);
            try
            {
                await CompactionScenario.CheckAsync(parent["left"], flushedEnd, compactedTo);
            }
            catch (CorruptLogException) when (mayReport)
            {
                reported++; // A hole between flushed and lost batches looks like damage, and may be reported as such.
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"after change {index}: {exception.Message}", exception);
            }
        }

        Assert.InRange(crashes.Count, 200, 10_000);
        Assert.InRange(reported, 0, crashes.Count / 4);
    }

    private static async Task<List<(CrashImage, long, long)>> RecordAsync(
        string directory, Func<RecordingStorage, CrashImage> capture)
    {
        List<(CrashImage, long, long)> crashes = [];
        RecordingStorage storage = new(directory);
        CompactionScenario scenario = new(directory, storage);
        storage.Changed = () =>
        {
            (long flushedEnd, long compactedTo) = scenario.Promised();
            lock (crashes) crashes.Add((capture(storage), flushedEnd, compactedTo));
        };
        await scenario.RunAsync();
        Assert.Empty(scenario.Errors);
        Assert.True(scenario.Compactions >= 3, "the scenario compacts several times");
        return crashes;
    }
}
