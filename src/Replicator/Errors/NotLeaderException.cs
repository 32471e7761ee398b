namespace LogStore.Replicator;

/// <summary>
/// This broker does not lead the partition, or has ceased to while an append waited. The leader is another one now, or about to
/// be elected: look it up and ask there.
/// </summary>
/// <remarks>An append that was cut short by it may or may not survive, as the new leader has it or has not.</remarks>
public sealed class NotLeaderException : LogStoreException
{
    /// <summary>Makes the error for a partition.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="partition">The partition's number.</param>
    public NotLeaderException(string topic, int partition)
        : base($"The partition {topic}-{partition} is not led by this broker; look up its leader and ask there.")
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
