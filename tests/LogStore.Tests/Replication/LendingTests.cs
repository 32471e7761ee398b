using LogStore.Reading;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>What is sent to followers from the memory from which it was written.</summary>
public sealed class LendingTests
{
    [Fact]
    public async Task WhoeverIsToldOfAnAppendFindsItsBytesInMemory()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.Append(Batches.Of("before"));
        List<byte[]> seen = [];
        pair.Leader.AddAppendListener(() =>
        {
            Assert.True(pair.Cursor.TryLend(pair.Leader.LogEndOffset - 2, long.MaxValue, 1000, out LentBatches lent));
            Assert.Equal(pair.Leader.LogEndOffset, lent.NextOffset);
            Assert.Equal(lent.Block.Span.Slice(lent.Start, lent.Length), lent.Bytes);
            seen.Add(lent.Bytes.ToArray());
            lent.Release();
        });
        for (int index = 0; index < 3; index++) pair.Leader.Append(Batches.Of("a", new string('b', index)));
        Assert.Equal((await pair.Leader.BatchesAsync())[1..], seen);
    }

    [Fact]
    public async Task AfterwardsOrElsewhereOrWithTooLittleRoomNothingIsLent()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        int tried = 0;
        pair.Leader.AddAppendListener(() =>
        {
            long begin = pair.Leader.LogEndOffset - 2;
            foreach ((long offset, long end, int room) in (ReadOnlySpan<(long, long, int)>)
                [(begin - 1, long.MaxValue, 1000), (begin + 1, long.MaxValue, 1000), (begin + 2, long.MaxValue, 1000),
                    (begin, begin + 1, 1000), (begin, long.MaxValue, 60)])
            {
                Assert.False(pair.Cursor.TryLend(offset, end, room, out LentBatches lent));
                Assert.Equal(default, lent);
                tried++;
            }
        });
        pair.Leader.Append(Batches.Of("a", "b"));
        pair.Leader.Append(Batches.Of("c", "d"));
        Assert.Equal(10, tried);
        Assert.False(pair.Cursor.TryLend(2, long.MaxValue, 1000, out _));
    }

    [Fact]
    public async Task WhatIsLentDoesNotChangeUntilItIsReleased()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        LentBatches held = default;
        void Take() => Assert.True(pair.Cursor.TryLend(0, long.MaxValue, 1000, out held));
        pair.Leader.AddAppendListener(Take);
        pair.Leader.Append(Batches.Of("kept"));
        pair.Leader.RemoveAppendListener(Take);
        byte[] before = held.Bytes.ToArray();
        StagingBlock block = held.Block;
        bool reused = false;
        pair.Leader.AddAppendListener(() =>
        {
            if (!pair.Cursor.TryLend(pair.Leader.LogEndOffset - 1, long.MaxValue, 1000, out LentBatches lent)) return;
            reused |= lent.Block == block;
            lent.Release();
        });
        for (int index = 0; index < 20; index++) pair.Leader.Append(Batches.Of("another"));
        Assert.False(reused);
        Assert.Equal(before, held.Bytes);
        held.Release();
        for (int index = 0; index < 20; index++) pair.Leader.Append(Batches.Of("another"));
        Assert.True(reused, "memory that was released is used again");
    }

    [Fact]
    public async Task AFollowerThatIsFedInBothWaysGetsTheSameLog()
    {
        Random random = SeededRandom.Create(), atWriter = new(random.Next());
        await using ReplicaPair pair = await ReplicaPair.OpenAsync(LogConfig.Default with { SegmentBytes = 4096 });
        long lentCount = 0, readCount = 0;
        Lock gate = new(); // As a replica has one: what was flushed may still be announced.
        pair.Leader.AddAppendListener(() =>
        {
            using Lock.Scope scope = gate.EnterScope();
            if (atWriter.Next(3) == 0) return; // It is behind from now on, until it reads.
            long end = atWriter.Next(5) == 0 ? pair.Leader.LogEndOffset - 1 : long.MaxValue;
            while (pair.Follower.LogEndOffset is var begin &&
                pair.Cursor.TryLend(begin, end, atWriter.Next(50, 2000), out LentBatches lent))
            {
                pair.Follower.AppendReplicated(lent.Bytes);
                lentCount += lent.NextOffset - begin;
                lent.Release();
            }
        });
        for (int turn = 0; turn < 300; turn++)
        {
            // Several at a time, so that buffers hold many batches, and more than one segment's.
            Task[] appends = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ =>
                pair.Leader.AppendAsync(Batches.Of("x", new string('y', random.Next(600))), AckWhen.None).AsTask())];
            await Task.WhenAll(appends);
            await pair.Leader.FlushAsync();
            if (random.Next(3) > 0) continue;
            lock (gate)
            {
                readCount += pair.Leader.LogEndOffset - pair.Follower.LogEndOffset;
                pair.Replicate(random.Next(1000, 10_000));
            }
        }

        lock (gate) pair.Replicate();
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
        Assert.InRange(lentCount, 20, long.MaxValue);
        Assert.InRange(readCount, 20, long.MaxValue);
    }
}
