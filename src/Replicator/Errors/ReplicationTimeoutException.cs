namespace LogStore.Replicator;

/// <summary>
/// The batch is in the leader's log, but was not committed within the time that the producer gave. It may yet be committed:
/// only an idempotent producer can try again without the risk of a duplicate.
/// </summary>
public sealed class ReplicationTimeoutException : LogStoreException
{
    /// <summary>Makes the error for a partition.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="partition">The partition's number.</param>
    /// <param name="timeout">How long it was waited.</param>
    public ReplicationTimeoutException(string topic, int partition, TimeSpan timeout)
        : base(
            $"The batch is in the log of {topic}-{partition}, but was not committed within {timeout.TotalMilliseconds:0} ms: " +
            "an in-sync replica is slow.")
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
