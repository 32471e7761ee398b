using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class MemoryTest
{
    [Fact]
    public void ASlabIsZeroedAndOfWholePages()
    {
        using NativeSlab slab = NativeSlab.Allocate(5_000);
        Assert.Equal(8_192u, slab.Bytes);
        Assert.False(slab.AsSpan(0, 8_192).ContainsAnyExcept((byte)0));
        slab.AsSpan(8_191, 1)[0] = 1;
        Assert.Throws<ArgumentOutOfRangeException>(() => slab.AsSpan(8_191, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => slab.AsSpan(nuint.MaxValue, 1));
    }

    [Fact]
    public void ASlabUsesHugePagesWhereThereAreAny()
    {
        using NativeSlab slab = NativeSlab.Allocate(4 << 20);
        slab.AsSpan((4 << 20) - 1, 1)[0] = 1;
        int free = int.Parse(File.ReadLines("/proc/meminfo").First(line => line.StartsWith("HugePages_Total", StringComparison.Ordinal))
            .AsSpan("HugePages_Total:".Length), System.Globalization.CultureInfo.InvariantCulture);
        // Other processes may hold them all; inside the test VM none does.
        if (free == 0) Assert.False(slab.IsHuge);
        else if (Environment.GetEnvironmentVariable("LOGSTORE_IN_RXE_VM") == "1") Assert.True(slab.IsHuge);
    }

    [RdmaFact]
    public void HugePagesCanBeRegisteredAndReached()
    {
        (Side left, Side right) = Side.ConnectedPair(bytes: 4 << 20);
        using (left)
        using (right)
        {
            nuint last = left.Slab.Bytes - 64;
            left.Region.AsSpan(last, 64).Fill(7);
            left.Post(WorkRequest.Write(1, left.Region.Slice(last, 64), right.Region.Remote.Plus(last)));
            left.NextSuccess();
            Assert.False(right.Region.AsSpan(last, 64).ContainsAnyExcept((byte)7));
        }
    }

    [RdmaFact]
    public void APoolHandsOutEachBlockOnce()
    {
        using Side side = new(0);
        using SlabPool pool = new(side.Domain, blockBytes: 1_000, blockCount: 5);
        SlabBlock[] blocks = new SlabBlock[5];
        for (int i = 0; i < blocks.Length; i++)
        {
            Assert.True(pool.TryRent(out blocks[i]));
            blocks[i].Span.Fill((byte)i);
        }

        Assert.Equal(1_024, pool.BlockBytes);
        Assert.False(pool.TryRent(out _));
        Assert.Equal(5, blocks.Select(block => block.Index).Distinct().Count());
        for (int i = 0; i < blocks.Length; i++) Assert.False(blocks[i].Span.ContainsAnyExcept((byte)i));

        pool.Return(blocks[3]);
        Assert.Throws<InvalidOperationException>(() => pool.Return(blocks[3]));
        Assert.True(pool.TryRent(out SlabBlock again));
        Assert.Equal(3, again.Index);
    }
}
