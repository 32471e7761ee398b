namespace LogStore.Client;

/// <summary>
/// A partition has no committed offset, or one that is gone, and <c>auto.offset.reset</c> is <c>none</c>.
/// </summary>
public sealed class NoOffsetException : ClientException
{
    /// <summary>Makes the error.</summary>
    public NoOffsetException(TopicPartition partition, long? offset)
        : base(
            ErrorCode.OffsetOutOfRange,
            (offset is { } at
                ? $"Offset {at} of {partition} is not in the log" : $"{partition} has no committed offset") +
            " and auto.offset.reset is none: seek to an offset, or allow earliest or latest.")
    {
        Partition = partition;
        Offset = offset;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>The offset that is not there; null if none was committed.</summary>
    public long? Offset { get; }
}

/// <summary>The log ends before what was consumed already: records that this consumer saw are gone (KIP-320).</summary>
public sealed class TruncationDetectedException : ClientException
{
    /// <summary>Makes the error.</summary>
    public TruncationDetectedException(TopicPartition partition, long position, long divergingOffset)
        : base(
            ErrorCode.OffsetOutOfRange,
            $"{partition} was truncated: the consumer is at offset {position}, but the log agrees with what it read " +
            $"only below {divergingOffset}. Seek there to go on.")
    {
        Partition = partition;
        Position = position;
        DivergingOffset = divergingOffset;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>Where the consumer was.</summary>
    public long Position { get; }

    /// <summary>Below this offset (exclusive) the log still holds what was consumed.</summary>
    public long DivergingOffset { get; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>
/// The topic was deleted, and another one made under its name, while it was consumed: offsets mean other records now
/// (KIP-516).
/// </summary>
public sealed class TopicRecreatedException : ClientException
{
    /// <summary>Makes the error.</summary>
    public TopicRecreatedException(TopicPartition partition, long position)
        : base(
            ErrorCode.InconsistentTopicId,
            $"Topic '{partition.Topic}' was deleted and made again: the consumer is at offset {position} of the one that is " +
            "gone. Seek to go on in the new one.")
    {
        Partition = partition;
        Position = position;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>Where the consumer was; -1 if it was not known.</summary>
    public long Position { get; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>
/// Offsets were not committed because the group has moved on without this member: its partitions may belong to others.
/// </summary>
public sealed class CommitFailedException : ClientException
{
    /// <summary>Makes the error.</summary>
    public CommitFailedException(string groupId, ErrorCode errorCode)
        : base(
            errorCode,
            $"Offsets of group '{groupId}' were not committed: {ErrorText.Describe(errorCode)} " +
            "The group has rebalanced; consume on to join again. If this repeats, raise max.poll.interval.ms or handle " +
            "fewer records at a time.")
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>A batch fails its checksum, or a record in it breaks the format.</summary>
public sealed class CorruptBatchException : ClientException
{
    /// <summary>Makes the error.</summary>
    public CorruptBatchException(TopicPartition partition, long offset, Exception innerException)
        : base(
            ErrorCode.CorruptMessage,
            $"A batch of {partition} at or after offset {offset} is damaged: {innerException.Message} " +
            "Seek past it to go on, and have the broker's log verified.",
            innerException)
    {
        Partition = partition;
        Offset = offset;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>The offset at or after which the damage begins.</summary>
    public long Offset { get; }
}

/// <summary>There is no such topic or partition, and asking again does not help.</summary>
public sealed class UnknownPartitionException : ClientException
{
    /// <summary>Makes the error.</summary>
    public UnknownPartitionException(TopicPartition partition)
        : base(
            ErrorCode.UnknownTopicOrPartition,
            $"There is no partition {partition.Partition} of a topic '{partition.Topic}'; " +
            "create it, or check the name.") =>
        Partition = partition;

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>There is no such topic, and asking again does not help.</summary>
public sealed class UnknownTopicException : ClientException
{
    /// <summary>Makes the error.</summary>
    public UnknownTopicException(string topic)
        : base(ErrorCode.UnknownTopicOrPartition, $"There is no topic '{topic}'; create it, or check the name.") =>
        Topic = topic;

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>A record's key or value is not what the deserializer takes, or the record breaks the format.</summary>
public sealed class RecordDeserializationException : ClientException
{
    /// <summary>Makes the error.</summary>
    public RecordDeserializationException(TopicPartition partition, long offset, Exception innerException)
        : base(
            ErrorCode.None,
            $"The record of {partition} at offset {offset} cannot be read: {innerException.Message} " +
            $"Seek to {offset + 1} to go on behind it.",
            innerException)
    {
        Partition = partition;
        Offset = offset;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>The record's offset.</summary>
    public long Offset { get; }
}
