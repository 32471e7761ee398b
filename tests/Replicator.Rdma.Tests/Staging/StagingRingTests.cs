using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Transport.Frames;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests.Staging;

/// <summary>Both halves of a ring, and what lies between them, against a model that remembers every entry.</summary>
public sealed class StagingRingTests
{
    private const long Generation = 7;

    [Theory]
    [InlineData(StagingWriter.MinCapacity, 8)]
    [InlineData(StagingWriter.MinCapacity, 10_000)]
    [InlineData(5 * StagingWriter.MinCapacity, 64)]
    [InlineData(64 * 1024, 10_000)]
    public void WhateverIsDelayedEntriesArriveInOrderAndIntact(int capacity, int receives)
    {
        Random random = SeededRandom.Create();
        RingUnderTest ring = new(capacity, receives, Generation, random);
        for (int step = 0; ring.Laps < 50; step++)
        {
            ring.Step();
            Assert.True(step < 1_000_000, "nothing moves on any more");
        }

        ring.Drain();
        Assert.True(ring.Refusals > 0, "nothing was ever refused");
    }

    [Fact]
    public void ALoneEntryIsRefusedOnlyForWhatTheModelSaysIsMissing()
    {
        RingUnderTest ring = new(StagingWriter.MinCapacity, receives: 3, Generation, new Random(1));
        Assert.True(ring.TryWrite(10));
        Assert.True(ring.TryWrite(10));
        Assert.False(ring.TryWrite(10, receivesToLeave: 1));
        Assert.True(ring.TryWrite(10));
        Assert.False(ring.TryWrite(10));
        ring.Drain();
        Assert.True(ring.TryWrite(10));
    }

    [Fact]
    public void TheLongestEntryFitsAnEmptyRingWhereverItStands()
    {
        for (int first = 0; first < StagingWriter.MinCapacity / StagingHeader.Line; first++)
        {
            RingUnderTest ring = new(StagingWriter.MinCapacity, receives: 1000, Generation, new Random(1));
            for (int entry = 0; entry < first; entry++)
            {
                Assert.True(ring.TryWrite(1));
                ring.Drain();
            }

            Assert.True(ring.TryWrite(StagingWriter.MaxContentOf(StagingWriter.MinCapacity)), $"at line {first}");
            ring.Drain();
        }
    }

    [Fact]
    public void AnEntryThatHasNotArrivedIsNotTakenForOneOfAnEarlierLap()
    {
        StagingWriter writer = new(StagingWriter.MinCapacity, 1000, Generation);
        StagingReader reader = new(StagingWriter.MinCapacity, 1000, Generation);
        byte[] memory = new byte[StagingWriter.MinCapacity];
        byte[] ring = new byte[StagingWriter.MinCapacity];
        byte[] stale = [];
        for (int entry = 0; entry < 2 * StagingWriter.MinCapacity / StagingHeader.Line; entry++)
        {
            StagingWrite write = writer.Commit(memory, StagingKind.Frame, 8, 8);
            if (entry == StagingWriter.MinCapacity / StagingHeader.Line)
            {
                stale.CopyTo(ring, 0); // As if nothing had been cleared.
                Assert.Throws<FrameException>(() => reader.Admit(ring, write.Immediate));
            }

            memory.AsSpan(write.Offset, write.Length).CopyTo(ring.AsSpan(write.Offset));
            if (entry == 0) stale = ring[..StagingHeader.Line];
            reader.Release(reader.Admit(ring, write.Immediate));
            Assert.True(writer.TryTake(reader.TakeGrant(0)));
            writer.Complete(write.End);
        }
    }

    /// <summary>A grant takes a receive work request itself: if that were a reason for the next, there would be no end.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(16)]
    public void GrantsAreNotAnsweredWithGrantsForEver(int receives)
    {
        StagingReader[] ends =
            [new(StagingWriter.MinCapacity, receives, Generation), new(StagingWriter.MinCapacity, receives, Generation)];
        ends[0].CountReceive();
        ends[0].CountReceive();
        int grants = 0;
        for (int end = 0; ends[end].IsGrantDue; end = 1 - end)
        {
            ends[end].TakeGrant(0);
            ends[1 - end].CountReceive(); // It has come there.
            Assert.True(++grants < 10, "the two ends are never silent");
        }

        Assert.Equal(1, grants);
    }

    [Fact]
    public void NothingIsReleasedOutOfOrder()
    {
        StagingWriter writer = new(StagingWriter.MinCapacity, 1000, Generation);
        StagingReader reader = new(StagingWriter.MinCapacity, 1000, Generation);
        byte[] ring = new byte[StagingWriter.MinCapacity];
        StagingEntry first = reader.Admit(ring, writer.Commit(ring, StagingKind.Frame, 8, 8).Immediate);
        StagingEntry second = reader.Admit(ring, writer.Commit(ring, StagingKind.Frame, 8, 8).Immediate);
        reader.Release(second);
        Assert.Throws<InvalidOperationException>(() => reader.Release(first));
        Assert.Throws<InvalidOperationException>(() => reader.Release(second));
    }

    [Fact]
    public void AWriterThatRunsOverWhatWasNotFreedIsFoundOut()
    {
        StagingWriter writer = new(StagingWriter.MinCapacity, 1000, Generation); // It is not asked whether there is room.
        StagingReader reader = new(StagingWriter.MinCapacity, 1000, Generation);
        byte[] ring = new byte[StagingWriter.MinCapacity];
        for (int entry = 0; entry < StagingWriter.MinCapacity / StagingHeader.Line; entry++)
            reader.Admit(ring, writer.Commit(ring, StagingKind.Frame, 8, 8).Immediate);
        uint announced = writer.Commit(ring, StagingKind.Frame, 8, 8).Immediate;
        Assert.Throws<FrameException>(() => reader.Admit(ring, announced));
    }

    [Fact]
    public void AnythingBesideTheNextEntryOfThisRingIsRefused()
    {
        StagingHeader right = new(StagingKind.Frame, 0, Generation, 10);
        Refuses("was next", right with { Sequence = 1 });
        Refuses("was next", right with { Sequence = 1L << 32 });
        Refuses("generation 6", right with { Generation = 6 });
        Refuses("allowed", right with { Length = StagingWriter.MinCapacity - StagingHeader.Size + 1 });
        Refuses("allowed", right with { Length = -1 });
        Refuses("kind", right with { Kind = StagingKind.Pad + 1 });
        Refuses("pad", right with { Kind = StagingKind.Pad });
        Refuses("announced", right, announced: 5);
    }

    [Fact]
    public void NoBitOfAHeaderCanBeOtherThanItIs()
    {
        byte[] bytes = new byte[StagingHeader.Line];
        StagingHeader header = new(StagingKind.Frame, 3, Generation, 20);
        header.WriteTo(bytes);
        Assert.Equal(header, StagingHeader.Read(bytes, 32));
        for (int bit = 0; bit < 8 * StagingHeader.Size; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<FrameException>(() => StagingHeader.Read(bytes, 32));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static void Refuses(string reason, StagingHeader header, uint announced = 0)
    {
        byte[] ring = new byte[StagingWriter.MinCapacity];
        StagingReader reader = new(ring.Length, 10, Generation);
        header.WriteTo(ring);
        Assert.Contains(
            reason, Assert.Throws<FrameException>(() => reader.Admit(ring, announced)).Message, StringComparison.Ordinal);
    }
}
