namespace LogStore.Sinks.Sqlite;

/// <summary>How the sink tells a record that it has applied already.</summary>
public enum SinkMode
{
    /// <summary>By offset: where each partition was left is in the database, in the same transaction.</summary>
    Offset,

    /// <summary>
    /// By message id: the last sequence number of each partition and producer is in the database; a lower or equal one is a
    /// duplicate. Finds what a producer has sent twice, too.
    /// </summary>
    MessageId,

    /// <summary>By message id in any order: the ids seen of late are in the database, one by one.</summary>
    SeenIds,
}

/// <summary>What becomes of a record that cannot be applied. It is never skipped in silence.</summary>
public enum UnusableRecords
{
    /// <summary>The sink stops in front of it.</summary>
    Stop,

    /// <summary>It goes to the table <c>logstore_sink_dead_letters</c>, in the same transaction.</summary>
    DeadLetterTable,

    /// <summary>It goes to a topic before the transaction commits: after a crash it may be there twice.</summary>
    DeadLetterTopic,
}

/// <summary>The settings of a <see cref="SqliteSink"/>.</summary>
public sealed record SqliteSinkOptions
{
    /// <summary>The database's file.</summary>
    public required string Database { get; init; }

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>How a record becomes a change.</summary>
    public required RecordMapping Mapping { get; init; }

    /// <summary>How duplicates are told.</summary>
    public SinkMode Mode { get; init; } = SinkMode.Offset;

    /// <summary>
    /// By which name the database keeps this sink's progress, whatever the case of its letters; null for the table's.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Makes the file, the sink's own tables and the mapping's table where they are not there.</summary>
    public bool Create { get; init; }

    /// <summary>The most records of one transaction.</summary>
    public int TransactionRecords { get; init; } = 1000;

    /// <summary>How long records wait for others to share their transaction.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long to wait for a lock that another process has on the database.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many records back ids are remembered, in each partition (<see cref="SinkMode.SeenIds"/>).</summary>
    public long SeenRecords { get; init; } = 1_000_000;

    /// <summary>What becomes of records that cannot be applied.</summary>
    public UnusableRecords Unusable { get; init; }

    /// <summary>The topic for them (<see cref="UnusableRecords.DeadLetterTopic"/>).</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>
    /// Takes partitions over although the database says that a later generation, or another group, has them: for a group
    /// that had to begin anew.
    /// </summary>
    public bool TakeOver { get; init; }

    /// <summary>
    /// The probability (0 to 1) of failing between the database's commit and that of the offsets, to try it; from a data
    /// directory, which has no offsets to commit, behind the database's commit.
    /// </summary>
    public double ErrorProbability { get; init; }

    /// <summary>How long a refused member waits for its group to see it as the database does.</summary>
    internal TimeSpan FenceLimit { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The name in effect.</summary>
    internal string SinkName => Name ?? Mapping.Table;

    /// <summary>Fails with the probability that is asked for.</summary>
    /// <exception cref="SinkException">This time it does.</exception>
    internal void FailOnPurpose()
    {
        if (Random.Shared.NextDouble() < ErrorProbability)
            throw new SinkException("failed on purpose between the database's commit and that of the offsets (--error-probability)");
    }

    /// <exception cref="InvalidConfigException">Settings are out of bounds, or contradict each other.</exception>
    internal void Validate()
    {
        Mapping.Validate();
        if (TransactionRecords < 1) throw new InvalidConfigException("transaction records", "must be 1 or more");
        if (SeenRecords < 1) throw new InvalidConfigException("seen records", "must be 1 or more");
        if (ErrorProbability is < 0 or > 1) throw new InvalidConfigException("error probability", "must be from 0 to 1");
        if (Unusable == UnusableRecords.DeadLetterTopic != (DeadLetterTopic is not null))
            throw new InvalidConfigException("dead-letter topic", "goes with setting unusable records aside in a topic");
    }
}
