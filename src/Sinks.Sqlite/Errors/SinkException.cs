namespace LogStore.Sinks.Sqlite;

/// <summary>The sink cannot go on. What it has committed stays, what it has not is rolled back.</summary>
public class SinkException : LogStoreException
{
    /// <summary>Makes the error.</summary>
    public SinkException(string message, Exception? innerException = null, bool isTransient = false)
        : base(message, innerException) => IsTransient = isTransient;

    /// <inheritdoc/>
    public override bool IsTransient { get; }
}

/// <summary>A record cannot be turned into a change of the table, and the sink is to stop at such records.</summary>
public sealed class UnusableRecordException : SinkException
{
    /// <summary>Makes the error.</summary>
    public UnusableRecordException(TopicPartition partition, long offset, string reason)
        : base(
            $"the record of {partition} at offset {offset} cannot be applied: {reason}; nothing from it on was applied. " +
            "Repair its producer, or have such records set aside in a dead-letter topic or table")
    {
        Partition = partition;
        Offset = offset;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>The record's offset.</summary>
    public long Offset { get; }
}

/// <summary>Another sink owns the partition by now: what this one was about to apply was rolled back.</summary>
public sealed class SinkFencedException : SinkException
{
    /// <summary>Makes the error.</summary>
    public SinkFencedException(TopicPartition partition, string reason)
        : base($"{partition} is another sink's: {reason}") => Partition = partition;

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>Whether it stays so: no later generation of a group makes it another group's.</summary>
    internal bool IsLasting { get; init; }
}

/// <summary>The log no longer holds what the database was fed from: it was truncated, replaced, or deleted too early.</summary>
public sealed class LogDivergedException : SinkException
{
    /// <summary>Makes the error.</summary>
    public LogDivergedException(TopicPartition partition, long appliedOffset, string reason)
        : base(
            $"{partition} is not the log any more that the database was fed from: {reason}. Records below offset " +
            $"{appliedOffset} are in the database; nothing was applied again. Make the table anew from the topic, or " +
            "from a backup that fits it")
    {
        Partition = partition;
        AppliedOffset = appliedOffset;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>The offset behind the last record applied (exclusive).</summary>
    public long AppliedOffset { get; }
}
