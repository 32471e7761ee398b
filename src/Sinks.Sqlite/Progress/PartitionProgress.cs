namespace LogStore.Sinks.Sqlite.Progress;

/// <summary>How far a sink has come in a partition that it has claimed.</summary>
/// <remarks>What is changed within a transaction is right only once that is committed: after a rollback, claim again.</remarks>
internal sealed class PartitionProgress
{
    public required TopicPartition Partition { get; init; }

    /// <summary>The generation in the database when the partition was claimed; 0 or more.</summary>
    public required long Generation { get; init; }

    public required string Member { get; init; }

    /// <summary>Whether nothing of the partition was applied before.</summary>
    public bool IsNew => Next < 0;

    /// <summary>The offset where the sink began; -1 if it has not.</summary>
    public long First { get; set; } = -1;

    /// <summary>Behind the last record that is dealt with (exclusive); -1 if none is.</summary>
    public long Next { get; set; } = -1;

    /// <summary>What the database has there: another value means that somebody else has written it.</summary>
    public long StoredNext { get; set; } = -1;

    /// <summary>The leader epoch of the record before <see cref="Next"/>; -1 if it is not known.</summary>
    public int LeaderEpoch { get; set; } = -1;

    /// <summary>The <see cref="Fingerprint"/> of that record; 0 if it is not known.</summary>
    public long Fingerprint { get; set; }

    /// <summary>The record by which the log is recognised (exclusive); -1 once that is done, or cannot be.</summary>
    public long CheckAt { get; set; } = -1;

    /// <summary>Whether another sink has the partition by now.</summary>
    public bool IsFenced { get; set; }

    public long Applied { get; set; }

    public long Duplicates { get; set; }

    public long DeadLetters { get; set; }

    /// <summary>Where to read from so that the last record applied is seen again, and recognised.</summary>
    public long ReadFrom(long logStart) => IsNew ? logStart : Math.Max(logStart, Next - 1);
}
