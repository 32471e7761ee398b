using LogStore.Records;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>What a follower's log makes of its leader's batches.</summary>
public sealed class ReplicatedAppendTests
{
    [Fact]
    public async Task AFollowerHoldsTheLeadersBytesEpochsAndProducers()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.Append(Batches.Of("a", "b"));
        pair.Leader.BeginLeaderEpoch(3);
        pair.Leader.Append(Batches.Produced(7, 0, 0, "c", "d"));
        pair.Leader.BeginLeaderEpoch(7);
        pair.Leader.Append(Batches.Produced(7, 0, 2, "e"));
        pair.Replicate();
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
        Assert.Equal(7, pair.Follower.LeaderEpoch);
        Assert.True(pair.Follower.Append(Batches.Produced(7, 0, 2, "e")).IsDuplicate);
        await pair.ReopenFollowerAsync();
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
    }

    [Fact]
    public async Task BatchesThatAreLargerThanASegmentAllowsRollOnTheWay()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync(LogConfig.Default with { SegmentBytes = 4096 });
        for (int index = 0; index < 20; index++) pair.Leader.Append(Batches.Of($"{index}", new string('x', 1000)));
        pair.Follower.AppendReplicated(await pair.Leader.BytesAsync());
        Assert.True(pair.Follower.SegmentCount > 3, "it rolls within the call");
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
        await pair.ReopenFollowerAsync();
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
    }

    [Fact]
    public async Task AppendListenersAreCalledWhenTheEndHasMoved()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.Append(Batches.Of("a"));
        List<long> ends = [];
        pair.Follower.AddAppendListener(() => ends.Add(pair.Follower.LogEndOffset));
        pair.Replicate();
        Assert.Equal([1], ends);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("damaged")]
    [InlineData("gap")]
    [InlineData("again")]
    [InlineData("swapped")]
    [InlineData("magic")]
    [InlineData("epoch")]
    [InlineData("unstamped")]
    public async Task WhatIsNotTheLeadersNextIsRefusedWhole(string fault)
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.BeginLeaderEpoch(2);
        for (int index = 0; index < 4; index++) pair.Leader.Append(Batches.Of($"value {index}"));
        List<byte[]> batches = await pair.Leader.BatchesAsync();
        pair.Follower.AppendReplicated(batches[0]);
        byte[][] sent = [.. batches.Skip(1).Select(batch => batch.ToArray())];
        switch (fault)
        {
            case "cut": sent[2] = sent[2][..^1]; break;
            case "damaged": sent[2][^1] ^= 1; break;
            case "gap": sent = sent[1..]; break;
            case "again": sent = [batches[0], .. sent]; break;
            case "swapped": (sent[1], sent[2]) = (sent[2], sent[1]); break;
            case "magic": sent[1][RecordBatchLayout.Magic] = 1; break;
            case "epoch": sent[2][RecordBatchLayout.LeaderEpoch + 3] = 1; break;
            case "unstamped": sent[0].AsSpan(RecordBatchLayout.LeaderEpoch, 4).Fill(0xff); break;
        }

        byte[] bytes = [.. sent.SelectMany(batch => batch)];
        Assert.Throws<InvalidRecordBatchException>(() => pair.Follower.AppendReplicated(bytes));
        Assert.Equal(1, pair.Follower.LogEndOffset);
        pair.Replicate();
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
    }

    [Fact]
    public async Task TheLeadersAppendTimesAreKept()
    {
        await using ReplicaPair pair =
            await ReplicaPair.OpenAsync(LogConfig.Default with { MessageTimestampType = TimestampType.LogAppendTime });
        pair.Leader.Append(Batches.Of("a"));
        pair.Clock.Advance(TimeSpan.FromMinutes(1));
        pair.Replicate();
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
    }

    [Fact]
    public async Task BatchesThatTheFollowerWouldFindTooLargeAreTaken()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.Append(Batches.Of(new string('x', 2000)));
        pair.Follower.UpdateConfig(LogConfig.Default with { MaxMessageBytes = 100 });
        pair.Replicate();
        Assert.Equal(1, pair.Follower.LogEndOffset);
    }

    [Fact]
    public async Task AnEmptyLogTakesABatchThatBeginsBelowItsStart()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.Append(Batches.Produced(5, 0, 0, "a", "b", "c", "d"));
        pair.Leader.Append(Batches.Produced(5, 0, 4, "e"));
        await pair.Leader.DeleteRecordsAsync(2);
        await pair.Follower.ResetAsync(2);
        await pair.ReopenFollowerAsync();
        pair.Replicate();
        Assert.Equal(2, pair.Follower.LogStartOffset);
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
        await pair.ReopenFollowerAsync();
        Assert.Equal(2, pair.Follower.LogStartOffset);
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task AFullDeviceRefusesTheCallWholeAndTheLogGoesOn(long start)
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        for (int index = 0; index < 5; index++) pair.Leader.Append(Batches.Produced(7, 0, index * 2, "a", "b"));
        byte[] bytes = await pair.Leader.BytesAsync();
        using TemporaryDirectory directory = new(inMemory: true);
        for (int failAt = 1, refused = 1; refused > 0; failAt++)
        {
            Assert.InRange(failAt, 1, 50);
            FaultyStorage storage = new(FaultKind.DiskFull, failAt);
            string path = directory[$"follower-{failAt}"];
            await using (Log prepared = await Log.OpenAsync(new LogOptions { Directory = path }))
                await prepared.ResetAsync(start);
            await using Log log = await Log.OpenAsync(new LogOptions { Directory = path, Storage = storage });
            refused = 0;
            try
            {
                log.AppendReplicated(bytes);
            }
            catch (DiskFullException)
            {
                refused++;
                Assert.Equal((start, -1), (log.LogEndOffset, log.LatestEpoch));
                Assert.Empty(log.ListProducers());
                storage.Heal();
                log.AppendReplicated(bytes);
            }

            Assert.Equal((start, 10), (log.LogStartOffset, log.LogEndOffset));
            Assert.Equal(await pair.Leader.BatchesAsync(), await log.BatchesAsync());
        }
    }

    [Fact]
    public async Task AFollowerThatTruncatesTakesAnOlderEpochThanItHadBegun()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.BeginLeaderEpoch(3);
        pair.Leader.Append(Batches.Of("a"));
        pair.Replicate();
        pair.Follower.BeginLeaderEpoch(9);
        pair.Follower.Append(Batches.Of("mine"));
        Assert.Equal(9, pair.Follower.LatestEpoch);
        await pair.Follower.TruncateToAsync(1);
        Assert.Equal(3, pair.Follower.LatestEpoch);
        Assert.Equal((3, 1), pair.Follower.EndOffsetForEpoch(9));
        pair.Leader.BeginLeaderEpoch(5);
        pair.Leader.Append(Batches.Of("theirs"));
        pair.Replicate();
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
    }

    [Fact]
    public async Task ItMixesWithOrdinaryAppendsAndTruncationsUnderWay()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync(LogConfig.Default with { SegmentBytes = 4096 });
        // Whoever comes first gets the place; the log must stay whole, whatever is refused.
        using CancellationTokenSource done = new();
        Task maintenance = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await pair.Follower.TruncateToAsync(pair.Follower.LogStartOffset);
        });
        Task appends = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await pair.Follower.AppendAsync(Batches.Of("mine"), AckWhen.None);
        });
        int taken = 0;
        for (int attempt = 0; attempt < 100_000 && taken < 200; attempt++)
        {
            using RecordBatchBuilder builder = new();
            builder.TryAppend(0, NullableBytes.Null, "theirs"u8);
            byte[] batch = builder.Build().Copy().Bytes.ToArray();
            RecordBatchHeader.Stamp(batch, pair.Follower.LogEndOffset, 0);
            try
            {
                pair.Follower.AppendReplicated(batch);
                taken++;
            }
            catch (InvalidRecordBatchException)
            {
            }
        }

        await done.CancelAsync();
        await Task.WhenAll(maintenance, appends);
        Assert.Null(pair.Follower.Fault);
        long end = pair.Follower.LogEndOffset;
        await pair.Follower.FlushAsync();
        List<byte[]> batches = await pair.Follower.BatchesAsync();
        await pair.ReopenFollowerAsync();
        Assert.True(pair.Follower.LogEndOffset >= end, "nothing is lost");
        Assert.Equal(batches, await pair.Follower.BatchesAsync());
    }
}
