namespace LogStore.Replicator;

/// <summary>
/// Nothing was appended: fewer replicas are in sync than <c>min.insync.replicas</c> asks for. It may be tried again.
/// </summary>
public sealed class NotEnoughReplicasException : LogStoreException
{
    /// <summary>Makes the error for a partition.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="partition">The partition's number.</param>
    /// <param name="inSync">How many replicas are in sync, the leader included.</param>
    /// <param name="needed">How many there have to be.</param>
    public NotEnoughReplicasException(string topic, int partition, int inSync, int needed)
        : base(
            $"The partition {topic}-{partition} has {inSync} in-sync replicas, and min.insync.replicas asks for {needed}; " +
            "wait for brokers to come back, or lower the setting.")
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
