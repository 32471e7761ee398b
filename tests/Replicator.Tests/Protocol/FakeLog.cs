using LogStore.Replicator.Protocol;

namespace LogStore.Replicator.Tests.Protocol;

/// <summary>A log that says what it is told to say, all of it of one epoch.</summary>
internal sealed class FakeLog : IReplicaLog
{
    public long LogStartOffset { get; set; }

    public long LogEndOffset { get; set; }

    public long FlushedOffset { get; set; }

    public int LatestEpoch { get; set; }

    public (int Epoch, long EndOffset) EndOffsetForEpoch(int epoch) => (LatestEpoch, LogEndOffset);
}
