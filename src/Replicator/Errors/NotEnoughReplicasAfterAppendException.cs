namespace LogStore.Replicator;

/// <summary>
/// The batch is in the leader's log, but replicas have fallen out of sync before it was committed, and there are now fewer than
/// <c>min.insync.replicas</c> asks for. It may yet be committed: only an idempotent producer can try again without the risk of
/// a duplicate.
/// </summary>
public sealed class NotEnoughReplicasAfterAppendException : LogStoreException
{
    /// <summary>Makes the error for a partition.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="partition">The partition's number.</param>
    /// <param name="inSync">How many replicas are in sync, the leader included.</param>
    /// <param name="needed">How many there have to be.</param>
    public NotEnoughReplicasAfterAppendException(string topic, int partition, int inSync, int needed)
        : base(
            $"The batch is in the log of {topic}-{partition}, but not committed: {inSync} replicas are in sync, and " +
            $"min.insync.replicas asks for {needed}.")
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
