namespace LogStore.Client;

/// <summary>A record was not delivered, or it is not known whether it was.</summary>
public sealed class DeliveryException : ClientException
{
    /// <summary>Makes the error.</summary>
    /// <param name="partition">Where the record was going.</param>
    /// <param name="errorCode">Why it did not get there.</param>
    /// <param name="mayHaveBeenAppended">Whether the record may be in the log all the same.</param>
    /// <param name="reason">Why, for a person to read.</param>
    /// <param name="innerException">The error underneath, where there is one.</param>
    public DeliveryException(
        TopicPartition partition, ErrorCode errorCode, bool mayHaveBeenAppended, string reason,
        Exception? innerException = null)
        : base(
            errorCode,
            $"A record for {partition} was not acknowledged" +
            $"{(mayHaveBeenAppended ? " but may have been appended" : "")}: {reason}",
            innerException)
    {
        Partition = partition;
        MayHaveBeenAppended = mayHaveBeenAppended;
    }

    /// <summary>Where the record was going.</summary>
    public TopicPartition Partition { get; }

    /// <summary>
    /// Whether the record may be in the log all the same, because an answer was lost: sending it again may then store
    /// it twice.
    /// </summary>
    public bool MayHaveBeenAppended { get; }
}
