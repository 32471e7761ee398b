using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary><c>flush.messages</c> and <c>flush.ms</c>, the latter by a clock of the test's own.</summary>
public sealed class FlushPolicyTests
{
    [Fact]
    public async Task FlushMessagesCountsRecordsSinceTheLastFlush()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await OpenAsync(directory, LogConfig.Default with { FlushMessages = 4 });
        log.Append(Batches.Of("0", "1", "2"));
        Assert.Equal(0, log.FlushedOffset);
        log.Append(Batches.Of("3"));
        Assert.Equal(4, log.FlushedOffset);
        log.Append(Batches.Of("4", "5"), AckWhen.Flushed);
        log.Append(Batches.Of("6", "7", "8"));
        Assert.Equal(6, log.FlushedOffset);
        log.Append(Batches.Of("9"));
        Assert.Equal(10, log.FlushedOffset);
    }

    [Fact]
    public async Task FlushMsFlushesWhatHasWaitedThatLong()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        ManualTimeProvider clock = new();
        using GatedStorage storage = new(StorageOperation.Flush);
        await using Log log = await OpenAsync(directory, LogConfig.Default with { FlushMs = 500 }, clock, storage);
        storage.Close();
        log.Append(Batches.Of("0"));
        clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(0, log.FlushedOffset);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await storage.ArrivalAsync(); // Nothing but the timer has asked for it.
        storage.Open();
        await log.FlushAsync();
        Assert.Equal(1, log.FlushedOffset);
    }

    [Fact]
    public async Task FlushMsMayBeSetAndUnsetWhileTheLogIsOpen()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        ManualTimeProvider clock = new();
        using GatedStorage storage = new(StorageOperation.Flush);
        await using Log log = await OpenAsync(directory, LogConfig.Default, clock, storage);
        foreach (long flushMs in new[] { 100, long.MaxValue, long.MaxValue - 1, TimeSpan.MillisecondsPerDay * 365 })
        {
            log.UpdateConfig(LogConfig.Default with { FlushMs = flushMs });
            log.Append(Batches.Of($"{flushMs}"));
        }

        storage.Close();
        clock.Advance(TimeSpan.FromMilliseconds(100));
        await storage.ArrivalAsync();
        storage.Open();
    }

    private static ValueTask<Log> OpenAsync(
        TemporaryDirectory directory, LogConfig config, ManualTimeProvider? clock = null, GatedStorage? storage = null) =>
        Log.OpenAsync(new LogOptions
        {
            Directory = directory.Path,
            Config = config with { RetentionMs = -1 },
            TimeProvider = clock ?? TimeProvider.System,
            Storage = storage ?? LogStore.IO.Storage.Default,
        });
}
