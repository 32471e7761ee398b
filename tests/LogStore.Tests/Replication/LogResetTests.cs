using LogStore.Records;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>A log that is emptied to begin elsewhere.</summary>
public sealed class LogResetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(1_000_000)]
    public async Task ItBeginsAndEndsAtTheNewStartAndKnowsNothingOfBefore(long start)
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync(LogConfig.Default with { SegmentBytes = 4096 });
        Log log = pair.Leader;
        log.BeginLeaderEpoch(4);
        for (int index = 0; index < 12; index++) log.Append(Batches.Produced(7, 0, index, new string('x', 1000)));
        await log.DeleteRecordsAsync(2);
        await log.ResetAsync(start);
        for (int life = 0; life < 2; life++)
        {
            Assert.Equal((start, start, start), (log.LogStartOffset, log.LogEndOffset, log.FlushedOffset));
            Assert.Equal((-1, 0), (log.LatestEpoch, log.SegmentCount));
            Assert.Equal((-1, -1), log.EndOffsetForEpoch(4));
            Assert.Empty(log.ListProducers());
            Assert.Empty(await log.BatchesAsync());
            await pair.ReopenLeaderAsync();
            log = pair.Leader;
        }

        Assert.Equal(start, log.Append(Batches.Produced(7, 0, 0, "a"), AckWhen.Flushed).BaseOffset);
        await pair.ReopenLeaderAsync();
        Assert.Equal((start, start + 1), (pair.Leader.LogStartOffset, pair.Leader.LogEndOffset));
    }

    [Fact]
    public async Task AppendsUnderWayAreWaitedForAndLaterOnesBeginAtTheNewStart()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        List<Task<AppendResult>> before = [];
        for (int index = 0; index < 50; index++) before.Add(pair.Leader.AppendAsync(Batches.Of("a"), AckWhen.Flushed).AsTask());
        ValueTask reset = pair.Leader.ResetAsync(500);
        Task<AppendResult> after = pair.Leader.AppendAsync(Batches.Of("b")).AsTask();
        await reset;
        await Task.WhenAll(before);
        await after;
        await pair.Leader.ResetAsync(700);
        Assert.Equal(700, (await pair.Leader.AppendAsync(Batches.Of("c"))).BaseOffset);
    }

    [Fact]
    public async Task ReadersInAnotherProcessFindTheNewLog()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = directory.Path });
        log.Append(Batches.Of("a", "b", "c"));
        await using ReadOnlyLog foreign = await ReadOnlyLog.OpenAsync(directory.Path);
        await log.ResetAsync(1);
        log.Append(Batches.Of("d"));
        // Who does not know yet learns of it as of a truncation, and finds what is there now.
        await Assert.ThrowsAsync<LogTruncatedException>(async () => await OffsetsAsync(foreign));
        Assert.Equal([1], await OffsetsAsync(foreign));

        static async Task<List<long>> OffsetsAsync(ReadOnlyLog log)
        {
            List<long> offsets = [];
            await foreach (RecordBatch batch in log.ReadAsync(1)) offsets.Add(batch.BaseOffset);
            return offsets;
        }
    }
}
