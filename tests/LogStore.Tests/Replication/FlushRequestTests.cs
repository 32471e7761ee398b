using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>Flushes that nobody waits for, and who is told of them.</summary>
public sealed class FlushRequestTests
{
    [Fact]
    public async Task ARequestReturnsAtOnceAndTheListenerIsTold()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.Append(Batches.Of("a", "b"));
        pair.Replicate();
        Task flushed = pair.Follower.FlushedToAsync(2);
        Assert.Equal(0, pair.Follower.FlushedOffset);
        pair.Follower.RequestFlush();
        await flushed;
        Assert.Equal(2, pair.Follower.FlushedOffset);
    }

    [Fact]
    public async Task FlushMessagesHasReplicatedAppendsFlushed()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync(LogConfig.Default with { FlushMessages = 3 });
        Task flushed = pair.Follower.FlushedToAsync(4);
        pair.Leader.Append(Batches.Of("a", "b"));
        pair.Replicate();
        pair.Leader.Append(Batches.Of("c", "d"));
        pair.Replicate();
        await flushed;
    }

    [Fact]
    public async Task ARemovedListenerIsNotTold()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        int calls = 0;
        void Count() => calls++;
        pair.Leader.AddFlushListener(Count);
        pair.Leader.Append(Batches.Of("a"), AckWhen.Flushed);
        pair.Leader.RemoveFlushListener(Count);
        pair.Leader.Append(Batches.Of("b"), AckWhen.Flushed);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task AFlushThatFailsFaultsTheLog()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        FaultyStorage storage = new(FaultKind.FailedFlush, 1, ".log");
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = directory.Path, Storage = storage });
        log.Append(Batches.Of("a"));
        log.RequestFlush();
        await Assert.ThrowsAsync<LogFaultedException>(async () => await log.FlushAsync());
        Assert.Throws<LogFaultedException>(log.RequestFlush);
        Assert.Throws<LogFaultedException>(() => log.AppendReplicated(Batches.Of("b").Bytes.Span));
    }
}
