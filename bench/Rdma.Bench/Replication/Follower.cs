using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>Appends what comes, and acknowledges once for all that has come so far.</summary>
internal sealed class Follower(string host, int port, string? device, TimeSpan spinTime)
    : ReplicationEnd(brokerId: 2, host, port, device, spinTime)
{
    private ReplicaMessage _acknowledgement;
    private bool _isOwed;

    public override void OnMessage(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload)
    {
        long end = Log.AppendReplicated(payload).NextOffset;
        _acknowledgement =
            new ReplicaMessage(ReplicaMessageKind.Acknowledge, message.Partition, LeaderEpoch: 0, Session: 1) { EndOffset = end };
        _isOwed = true;
    }

    public override void OnDrained(IReplicaLink link) => Acknowledge(link);

    public override void OnWritable(IReplicaLink link) => Acknowledge(link);

    private void Acknowledge(IReplicaLink link)
    {
        if (!_isOwed || !link.TrySend(_acknowledgement)) return;
        _isOwed = false;
        link.Flush();
    }
}
