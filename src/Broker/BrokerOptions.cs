using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogStore.Broker;

/// <summary>How a broker is run. Immutable; each property is checked where it is set.</summary>
/// <remarks><see cref="Configuration.BrokerSettings"/> reads it from text by Kafka's names.</remarks>
public sealed record BrokerOptions
{
    /// <summary>The data directory; it is created when absent (<c>log.dirs</c>).</summary>
    public required string Directory
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(Directory));
            field = Path.GetFullPath(value);
        }
    }

    /// <summary>Where the logs stage what is appended: ordinary memory unless set.</summary>
    public StagingMemory Staging { get; init; } = StagingMemory.Managed;

    /// <summary>The broker's number in its cluster (<c>broker.id</c>); null takes the data directory's, or 1.</summary>
    public int? BrokerId { get; init => field = value is null ? null : AtLeast(value.Value, 0, "broker.id"); }

    /// <summary>Where it listens (<c>listeners</c>); none for a broker that only its own process connects to.</summary>
    public IReadOnlyList<ListenerOptions> Listeners { get; init; } = [];

    /// <summary>
    /// What clients are told to connect to, by protocol (<c>advertised.listeners</c>); the listener's own address where
    /// nothing is given.
    /// </summary>
    public IReadOnlyList<ListenerOptions> AdvertisedListeners { get; init; } = [];

    /// <summary>
    /// Where <c>/live</c> and <c>/ready</c> are answered over HTTP, for a supervisor; null for nowhere. The protocol is not
    /// looked at.
    /// </summary>
    public ListenerOptions? HealthListener { get; init; }

    /// <summary>Allows listeners without TLS on addresses other than loopback ones.</summary>
    public bool AllowInsecureListeners { get; init; }

    /// <summary>How clients are authenticated, and what they may do.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>The rack that clients are told of (<c>broker.rack</c>); null for none.</summary>
    public string? Rack { get; init; }

    /// <summary>Whether a topic is made when a client first asks for it (<c>auto.create.topics.enable</c>).</summary>
    public bool AutoCreateTopics { get; init; } = true;

    /// <summary>The partitions of a topic whose creator does not say (<c>num.partitions</c>).</summary>
    public int DefaultPartitions { get; init => field = AtLeast(value, 1, "num.partitions"); } = 1;

    /// <summary>
    /// The replicas of each partition of a topic whose creator does not say (<c>default.replication.factor</c>).
    /// </summary>
    public int DefaultReplicationFactor
    {
        get;
        init => field = AtLeast(value, 1, "default.replication.factor");
    } = 1;

    /// <summary>The settings of topics that do not set them otherwise.</summary>
    public LogConfig DefaultTopicConfig { get; init; } = LogConfig.Default;

    /// <summary>The largest request, in bytes (<c>socket.request.max.bytes</c>).</summary>
    public int MaxRequestBytes { get; init => field = AtLeast(value, 1024, "socket.request.max.bytes"); } = 100 * 1024 * 1024;

    /// <summary>
    /// How much memory all requests that are being received or answered may take, in bytes
    /// (<c>queued.max.request.bytes</c>). Connections wait when it is used up.
    /// </summary>
    public long MaxQueuedRequestBytes
    {
        get;
        init => field = AtLeast(value, 1024 * 1024, "queued.max.request.bytes");
    } = 512L * 1024 * 1024;

    /// <summary>The most connections (<c>max.connections</c>); more are closed as they come.</summary>
    public int MaxConnections { get; init => field = AtLeast(value, 1, "max.connections"); } = 10_000;

    /// <summary>After this time without a request a connection is closed (<c>connections.max.idle.ms</c>).</summary>
    public TimeSpan MaxIdle { get; init => field = Positive(value, "connections.max.idle.ms"); } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a request may take to arrive, or its answer to be taken, without any progress (<c>connection.stall.ms</c>).
    /// </summary>
    public TimeSpan StallTimeout { get; init => field = Positive(value, "connection.stall.ms"); } = TimeSpan.FromSeconds(30);

    /// <summary>The most bytes of one fetch answer (<c>fetch.max.bytes</c>), its first batch aside.</summary>
    public int MaxFetchBytes { get; init => field = AtLeast(value, 1024, "fetch.max.bytes"); } = 55 * 1024 * 1024;

    /// <summary>The most fetch sessions (<c>max.incremental.fetch.session.cache.slots</c>).</summary>
    public int MaxFetchSessions
    {
        get;
        init => field = AtLeast(value, 0, "max.incremental.fetch.session.cache.slots");
    } = 1000;

    /// <summary>The settings of the group coordinator.</summary>
    public GroupOptions Groups { get; init; } = new();

    /// <summary>The broker's place in a cluster; it is alone unless this names a metadata store.</summary>
    public ClusterOptions Cluster { get; init; } = new();

    /// <summary>How long a stop waits for requests under way (<c>controlled.shutdown.timeout.ms</c>).</summary>
    public TimeSpan StopTimeout
    {
        get;
        init => field = AtLeast(value, TimeSpan.Zero, "controlled.shutdown.timeout.ms");
    } = TimeSpan.FromSeconds(10);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where events are logged; nowhere unless set. Secrets never are.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    private static T AtLeast<T>(T value, T minimum, string key) where T : IComparable<T> =>
        value.CompareTo(minimum) >= 0
            ? value
            : throw new InvalidConfigException(key, $"{value} is below the least value, {minimum}");

    private static TimeSpan Positive(TimeSpan value, string key) =>
        value > TimeSpan.Zero ? value : throw new InvalidConfigException(key, "it must be above 0");
}
