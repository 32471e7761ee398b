using LogStore.Replicator.Protocol;

namespace LogStore.Replicator.Replicas;

/// <summary>A log as the protocol sees it.</summary>
internal sealed class LogReplica(Log log) : IReplicaLog
{
    public long LogStartOffset => log.LogStartOffset;

    public long LogEndOffset => log.LogEndOffset;

    public long FlushedOffset => log.FlushedOffset;

    public int LatestEpoch => log.LatestEpoch;

    public (int Epoch, long EndOffset) EndOffsetForEpoch(int epoch) => log.EndOffsetForEpoch(epoch);
}
