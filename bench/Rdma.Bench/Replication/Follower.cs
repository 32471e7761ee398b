using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>Appends what comes, and acknowledges once for all of a partition that has come so far.</summary>
internal sealed class Follower(int brokerId, string host, int port, string? device)
    : ReplicationEnd(brokerId, host, port, device)
{
    private readonly ReplicaMessage?[] _owed = new ReplicaMessage?[Partitions.Count];

    public override void OnMessage(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return;
        int index = message.Partition.Index;
        long end = Logs[index].AppendReplicated(payload).NextOffset;
        _owed[index] = new ReplicaMessage(ReplicaMessageKind.Acknowledge, message.Partition, LeaderEpoch: 0, Session: 1) { EndOffset = end };
    }

    public override void OnDrained(IReplicaLink link) => Acknowledge(link);

    public override void OnWritable(IReplicaLink link) => Acknowledge(link);

    private void Acknowledge(IReplicaLink link)
    {
        foreach (ref ReplicaMessage? owed in _owed.AsSpan())
        {
            if (owed is { } message && link.TrySend(message)) owed = null;
        }

        link.Flush();
    }
}
