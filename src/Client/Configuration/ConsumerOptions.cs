namespace LogStore.Client;

/// <summary>What a consumer fetches, and the group it belongs to.</summary>
public sealed record ConsumerOptions : ClientOptions
{
    /// <summary>The group; null for a consumer that is told its partitions and commits nothing.</summary>
    public string? GroupId { get; init; }

    /// <summary>The name of a static member, which outlives its restarts (KIP-345); null for a dynamic one.</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>Where to begin without a usable offset. Latest.</summary>
    public AutoOffsetReset AutoOffsetReset { get; init; } = AutoOffsetReset.Latest;

    /// <summary>Whether positions are committed from time to time and on leaving. True, if there is a group.</summary>
    public bool EnableAutoCommit { get; init; } = true;

    /// <summary>How often positions are committed. 5 s.</summary>
    public TimeSpan AutoCommitInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After which time without a heartbeat the coordinator takes the member for dead. 45 s.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How often the member says that it lives. 3 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>After which time between two calls the consumer gives its partitions up. 5 min.</summary>
    public TimeSpan MaxPollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How partitions are divided, in order of preference. Range, then cooperative-sticky.</summary>
    public IReadOnlyList<AssignmentStrategy> AssignmentStrategies { get; init; } =
        [AssignmentStrategy.Range, AssignmentStrategy.CooperativeSticky];

    /// <summary>Whether records of open and aborted transactions are seen. They are by default.</summary>
    public KafkaProtocol.Fetch.IsolationLevel IsolationLevel { get; init; }

    /// <summary>How many bytes a broker waits for before it answers. 1.</summary>
    public int FetchMinBytes { get; init; } = 1;

    /// <summary>How long a broker waits for them. 500 ms.</summary>
    public TimeSpan FetchMaxWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most bytes of an answer, all partitions together. 50 MiB.</summary>
    public int FetchMaxBytes { get; init; } = 50 << 20;

    /// <summary>The most bytes of an answer for a partition; a larger batch comes all the same. 1 MiB.</summary>
    public int MaxPartitionFetchBytes { get; init; } = 1 << 20;

    /// <summary>What may have been fetched ahead, in bytes, before fetching pauses. 64 MiB.</summary>
    public long PrefetchMaxBytes { get; init; } = 64L << 20;

    /// <summary>What the records of a batch may take when decompressed, in bytes. 64 MiB.</summary>
    public int MaxDecompressedBatchBytes { get; init; } = RecordBatch.DefaultMaxDecompressedBytes;

    /// <summary>Whether subscribing may have the broker create a topic. False.</summary>
    public bool AllowAutoCreateTopics { get; init; }

    /// <summary>Reads them from the ecosystem's own keys; docs/CLIENT.md lists them.</summary>
    /// <exception cref="InvalidConfigException">A key is unknown, or its value not possible.</exception>
    public static new ConsumerOptions FromProperties(ClientProperties properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        return properties.ApplyTo(new ConsumerOptions());
    }

    /// <summary>Throws where two settings contradict each other.</summary>
    internal void Validate()
    {
        if (AssignmentStrategies.Count == 0)
            throw new InvalidConfigException("partition.assignment.strategy", "name at least one strategy");
        if (HeartbeatInterval >= SessionTimeout)
            throw new InvalidConfigException("heartbeat.interval.ms", "it has to be less than session.timeout.ms");
    }
}
