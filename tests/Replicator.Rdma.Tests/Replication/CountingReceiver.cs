using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;

namespace LogStore.Replicator.Rdma.Tests.Replication;

/// <summary>Counts messages, answers each if it is to, and notes what its thread has allocated by the last one.</summary>
internal sealed class CountingReceiver(bool answers = false) : IReplicaReceiver
{
    private long _count;
    private long _allocated;

    public TaskCompletionSource<IReplicaLink> Up { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Count => Volatile.Read(ref _count);

    /// <summary>What the thread that tells of messages has allocated, ever, in bytes.</summary>
    public long Allocated => Volatile.Read(ref _allocated);

    public void OnLinkUp(IReplicaLink link) => Up.TrySetResult(link);

    public void OnLinkDown(IReplicaLink link, bool isRefused)
    {
    }

    public void OnRefused(ReplicaPeer peer)
    {
    }

    public void OnMessage(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload)
    {
        if (answers) link.TrySend(message with { Kind = ReplicaMessageKind.Acknowledge });
        Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
        Volatile.Write(ref _count, _count + 1);
    }

    public void OnDrained(IReplicaLink link) => link.Flush();

    public void OnWritable(IReplicaLink link)
    {
    }
}
