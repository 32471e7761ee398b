namespace LogStore.Client;

/// <summary>What a producer does with records.</summary>
public sealed record ProducerOptions : ClientOptions
{
    /// <summary>As many batches of a producer as the broker remembers.</summary>
    private const int MaxInFlightIdempotent = 5;

    /// <summary>When a batch counts as delivered. All by default.</summary>
    public Acks Acks { get; init; } = Acks.All;

    /// <summary>
    /// Whether the broker drops what arrives twice, so that retries neither repeat nor reorder records (KIP-98). Takes
    /// <see cref="Acks.All"/>; null, the default, is on with it and off without.
    /// </summary>
    public bool? EnableIdempotence { get; init; }

    /// <summary>Whether this producer is idempotent.</summary>
    internal bool IsIdempotent => EnableIdempotence ?? (Acks == Acks.All && MaxInFlight <= MaxInFlightIdempotent);

    /// <summary>How long a batch waits for more records before it is sent. 5 ms.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The size at which a batch is sent at once, in bytes before compression. 64 KiB.</summary>
    public int BatchSize { get; init; } = 64 << 10;

    /// <summary>The largest record, in bytes with what the format adds, before compression. 1 MiB less some.</summary>
    public int MaxRequestSize { get; init; } = (1 << 20) - 512;

    /// <summary>What records may occupy before they are delivered, in bytes; appends wait for room. 64 MiB.</summary>
    public long BufferMemory { get; init; } = 64L << 20;

    /// <summary>How long an append waits for metadata or for room before it fails. 60 s.</summary>
    public TimeSpan MaxBlock { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How batches are compressed. Not at all by default.</summary>
    public CompressionType Compression { get; init; }

    /// <summary>
    /// The requests that may be under way to one broker. 5, which is the most that idempotence allows.
    /// </summary>
    public int MaxInFlight { get; init; } = 5;

    /// <summary>
    /// How long a record may take from being appended to being acknowledged, with all retries. 120 s.
    /// </summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Chooses partitions of records that name none; null for the default.</summary>
    /// <remarks>
    /// The default is the Java client's: by the key's hash, without a key one partition for a batch each.
    /// </remarks>
    public IPartitioner? Partitioner { get; init; }

    /// <summary>
    /// Whether a topic that is not there may be created by the broker, if the broker does that. True.
    /// </summary>
    public bool AllowAutoCreateTopics { get; init; } = true;

    /// <summary>Told of every batch that is delivered or has failed, before its records' own callbacks; null for nobody.</summary>
    public BatchDeliveryCallback? BatchDelivered { get; init; }

    /// <summary>How long disposing waits for what is not delivered yet. 30 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads them from the ecosystem's own keys; docs/CLIENT.md lists them.</summary>
    /// <exception cref="InvalidConfigException">A key is unknown, or its value not possible.</exception>
    public static new ProducerOptions FromProperties(ClientProperties properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        return properties.ApplyTo(new ProducerOptions());
    }

    /// <summary>Throws where two settings contradict each other.</summary>
    internal void Validate()
    {
        if (IsIdempotent && Acks != Acks.All)
            throw new InvalidConfigException("enable.idempotence", "it takes acks=all; set one or the other");
        if (IsIdempotent && MaxInFlight > MaxInFlightIdempotent)
            throw new InvalidConfigException("max.in.flight.requests.per.connection", "idempotence allows at most 5");
        if (MaxInFlight < 1)
            throw new InvalidConfigException("max.in.flight.requests.per.connection", "it has to be at least 1");
        if (BatchSize < 128) throw new InvalidConfigException("batch.size", "it has to be at least 128 bytes");
        if (MaxRequestSize < 128)
            throw new InvalidConfigException("max.request.size", "it has to be at least 128 bytes");
        if (BufferMemory < Math.Max(BatchSize, MaxRequestSize))
            throw new InvalidConfigException("buffer.memory", "it has to hold batch.size and max.request.size");
        if (DeliveryTimeout < Linger + RequestTimeout)
            throw new InvalidConfigException(
                "delivery.timeout.ms", "it has to be at least linger.ms + request.timeout.ms");
    }
}
