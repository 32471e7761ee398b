using LogStore.Records;
using LogStore.Replicator.Replicas;

namespace LogStore.Broker.Partitions;

/// <summary>A partition of a broker that is one of a cluster: led here, or followed.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ReplicatedPartition(Replica replica)
    : Partition(replica.Topic.Name, replica.Topic.Id, replica.Index, replica.Log)
{
    private readonly Lock _gate = new();
    private (bool IsLeader, int Epoch) _told;

    public Replica Replica { get; } = replica;

    public override int LeaderEpoch => Replica.LeaderEpoch;

    public override long HighWatermark => Replica.HighWatermark;

    public override int InSyncReplicas => Replica.InSyncReplicas;

    public override long Lag => Replica.Lag;

    protected override bool IsLeader => Replica.IsLeader;

    protected override bool IsReadable => Replica.IsReadable;

    public override ValueTask<AppendResult> AppendAsync(RecordBatch batch, short acks, TimeSpan timeout) =>
        Replica.AppendAsync(
            batch,
            acks switch { 0 => ReplicaAcks.None, 1 => ReplicaAcks.Leader, _ => ReplicaAcks.All },
            timeout);

    /// <summary>The replica's watermark or leadership has changed.</summary>
    public void OnChanged()
    {
        bool isOther;
        lock (_gate)
        {
            (bool, int) now = (Replica.IsLeader, Replica.LeaderEpoch);
            isOther = now != _told;
            _told = now;
        }

        if (isOther) OnLeadershipChanged();
        else NotifyWatchers();
    }
}
