using LogStore.Records;
using LogStore.Replicator;

namespace LogStore.Broker.Partitions;

/// <summary>
/// A partition of a broker that is alone. With a single replica everything that is in the log is committed, so the high
/// watermark is the end of the log.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StandalonePartition : Partition
{
    private const int Self = 1;

    public StandalonePartition(string topic, Guid topicId, int index, Log log) : base(topic, topicId, index, log) =>
        log.AddAppendListener(NotifyWatchers);

    public override int LeaderEpoch => Log.LeaderEpoch;

    public override long HighWatermark => Log.LogEndOffset;

    public override int InSyncReplicas => Self;

    protected override bool IsLeader => true;

    protected override bool IsReadable => true;

    public override ValueTask<AppendResult> AppendAsync(RecordBatch batch, short acks, TimeSpan timeout)
    {
        int needed = Log.Config.MinInsyncReplicas;
        if (acks == -1 && needed > Self)
            return ValueTask.FromException<AppendResult>(new NotEnoughReplicasException(Topic, Index, Self, needed));
        return Log.AppendAsync(batch, acks == 0 ? AckWhen.None : AckWhen.Appended);
    }

    protected override void OnRetired() => Log.RemoveAppendListener(NotifyWatchers);
}
