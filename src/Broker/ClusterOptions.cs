using LogStore.Replicator.Metadata;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Broker;

/// <summary>How a broker takes its place in a cluster. Immutable; each property is checked where it is set.</summary>
public sealed record ClusterOptions
{
    /// <summary>
    /// Where the cluster keeps what its brokers must agree on (<c>metadata.store</c>): <c>sqlite:PATH</c> for brokers of one
    /// host, <c>etcd:http://HOST:PORT</c> for several. Null for a broker that is alone.
    /// </summary>
    public string? MetadataStore
    {
        get;
        init
        {
            if (value is not null) MetadataStoreUri.Parse(value);
            field = value;
        }
    }

    /// <summary>
    /// Where other brokers reach this one for replication (<c>replication.listener</c>); port 0 takes a free one. The protocol
    /// is not looked at.
    /// </summary>
    public ListenerOptions ReplicationListener { get; init; } = new(SecurityProtocol.Plaintext, "127.0.0.1", 0);

    /// <summary>
    /// Where other brokers are told to reach this one (<c>replication.advertised.listener</c>), as behind an address
    /// translation; port 0 stands for the listener's. Null for where it listens.
    /// </summary>
    public ListenerOptions? ReplicationAdvertisedListener { get; init; }

    /// <summary>
    /// What the brokers of a cluster prove to each other that they know (<c>replication.secret</c>); null for nothing. It is
    /// never shown.
    /// </summary>
    public string? ReplicationSecret { get; init; }

    /// <summary>What carries replication (<c>replication.transport</c>).</summary>
    public ReplicationTransport ReplicationTransport { get; init; }

    /// <summary>The RDMA device to use (<c>replication.rdma.device</c>); null for the best with an active port.</summary>
    public string? RdmaDevice { get; init; }

    /// <summary>
    /// The size of each link's staging ring, in bytes (<c>replication.rdma.ring.bytes</c>): a multiple of 64 from 64 KiB to
    /// 1 GiB. Each link locks twice as much memory.
    /// </summary>
    public int RdmaRingBytes
    {
        get;
        init => field = value is >= 64 * 1024 and <= 1 << 30 && value % 64 == 0
            ? value
            : throw new InvalidConfigException(
                "replication.rdma.ring.bytes", $"{value} is not a multiple of 64 from 65536 to 1073741824");
    } = 8 * 1024 * 1024;

    /// <summary>
    /// Makes what carries replication beside TCP; the broker disposes of it. Asked unless <see cref="ReplicationTransport"/> is
    /// TCP; null where the program brings nothing.
    /// </summary>
    public Func<BrokerOptions, LinkDataPlane>? CreateDataPlane { get; init; }

    /// <summary>
    /// How long a follower may stay behind before the leader takes it out of the in-sync set (<c>replica.lag.time.max.ms</c>).
    /// </summary>
    public TimeSpan ReplicaLagTimeMax
    {
        get;
        init => field = Positive(value, "replica.lag.time.max.ms");
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After how long without a sign of life a broker is taken for dead (<c>broker.session.timeout.ms</c>), and other brokers
    /// lead what it led.
    /// </summary>
    public TimeSpan SessionTimeout
    {
        get;
        init => field = Positive(value, "broker.session.timeout.ms");
    } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Whether partitions go back to their preferred leader once it can lead (<c>auto.leader.rebalance.enable</c>).
    /// </summary>
    public bool AutoLeaderRebalance { get; init; } = true;

    /// <summary>
    /// How often it is looked for such partitions, to the second (<c>leader.imbalance.check.interval.seconds</c>). Kafka's
    /// default is five minutes; to look costs nothing, and a broker that came back should not idle so long.
    /// </summary>
    public TimeSpan LeaderImbalanceCheckInterval
    {
        get;
        init => field = Positive(value, "leader.imbalance.check.interval.seconds");
    } = TimeSpan.FromSeconds(30);

    private static TimeSpan Positive(TimeSpan value, string key) =>
        value > TimeSpan.Zero ? value : throw new InvalidConfigException(key, "it must be above 0");
}
