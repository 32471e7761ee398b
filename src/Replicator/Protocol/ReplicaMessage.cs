namespace LogStore.Replicator.Protocol;

/// <summary>
/// A message between the leader and a follower of one partition. One form serves all kinds, so that a frame has one fixed
/// header; a field that a kind does not name is 0.
/// </summary>
/// <param name="Kind">Which message it is.</param>
/// <param name="Partition">The partition it is about.</param>
/// <param name="LeaderEpoch">The leader epoch that the sender acts in.</param>
/// <param name="Session">
/// The follower's number for the exchange that began with its latest <see cref="ReplicaMessageKind.Follow"/>; the leader
/// repeats it. What carries another number is late, and about a log that has changed since.
/// </param>
public readonly record struct ReplicaMessage(
    ReplicaMessageKind Kind, PartitionId Partition, int LeaderEpoch, long Session)
{
    /// <summary>Follow: the epoch of the follower's last batch, -1 for none. Truncate: the epoch that the leader knows instead.</summary>
    public int LastEpoch { get; init; }

    /// <summary>Append: where the batches begin, and the follower's log must end. Reset: where the log is to begin. Truncate: where it would have to, if nothing of it can stay. Follow: where the follower's log begins.</summary>
    public long StartOffset { get; init; }

    /// <summary>
    /// Exclusive. Append: where the follower's log ends once it has the batches. Follow, Acknowledge: where the follower's log
    /// ends. Truncate: where <see cref="LastEpoch"/> ends in the leader's log.
    /// </summary>
    public long EndOffset { get; init; }

    /// <summary>Follow, Acknowledge: how far the follower's log is durable (exclusive).</summary>
    public long FlushedOffset { get; init; }

    /// <summary>Append: how far the leader's log is committed (exclusive).</summary>
    public long HighWatermark { get; init; }

    /// <summary>Append: the first offset that the leader retains (inclusive).</summary>
    public long LogStartOffset { get; init; }
}
