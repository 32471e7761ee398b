namespace LogStore.Replicator.Protocol;

/// <summary>What the protocol asks of its own log. It changes the log by effects only.</summary>
public interface IReplicaLog
{
    /// <summary>The first retained offset (inclusive).</summary>
    public long LogStartOffset { get; }

    /// <summary>The end of the log (exclusive).</summary>
    public long LogEndOffset { get; }

    /// <summary>The end of what is durable (exclusive).</summary>
    public long FlushedOffset { get; }

    /// <summary>The epoch of the last batch; -1 while there is none.</summary>
    public int LatestEpoch { get; }

    /// <summary>
    /// The largest epoch at or below one that the log has batches of, and where it ended (exclusive); (-1, -1) when there is none.
    /// </summary>
    public (int Epoch, long EndOffset) EndOffsetForEpoch(int epoch);
}
