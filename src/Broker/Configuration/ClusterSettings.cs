namespace LogStore.Broker.Configuration;

/// <summary>The settings of a broker's place in a cluster.</summary>
internal static class ClusterSettings
{
    public static Setting[] All { get; } =
    [
        new(
            "metadata.store", "Where the brokers of a cluster agree: sqlite:PATH or etcd:http://HOST:PORT; empty for a lone broker",
            options => options.Cluster.MetadataStore ?? "",
            (options, text) => With(options, cluster => cluster with { MetadataStore = text.Length == 0 ? null : text })),
        new(
            "replication.listener", "Where other brokers reach this one: HOST:PORT; port 0 takes a free one",
            options => $"{options.Cluster.ReplicationListener.Host}:{options.Cluster.ReplicationListener.Port}",
            (options, text) => With(options, cluster => cluster with { ReplicationListener = Listener("replication.listener", text) })),
        new(
            "replication.advertised.listener", "Where they are told to reach it, where that is elsewhere; port 0 stands for the listener's",
            options => options.Cluster.ReplicationAdvertisedListener is { } listener ? $"{listener.Host}:{listener.Port}" : "",
            (options, text) => With(options, cluster => cluster with
            {
                ReplicationAdvertisedListener = text.Length == 0 ? null : Listener("replication.advertised.listener", text),
            })),
        new(
            "replication.secret", "What the brokers of a cluster prove to each other that they know",
            options => options.Cluster.ReplicationSecret ?? "",
            (options, text) => With(options, cluster => cluster with { ReplicationSecret = text.Length == 0 ? null : text }),
            IsSecret: true),
        Setting.Choice(
            "replication.transport", "What carries replication; auto: RDMA where both ends have an active port, TCP elsewhere",
            ["auto", "rdma", "tcp"],
            options => (int)options.Cluster.ReplicationTransport,
            (options, value) => With(options, cluster => cluster with { ReplicationTransport = (ReplicationTransport)value })),
        new(
            "replication.rdma.device", "The RDMA device that replication uses; by default the best with an active port",
            options => options.Cluster.RdmaDevice ?? "",
            (options, text) => With(options, cluster => cluster with { RdmaDevice = text.Length == 0 ? null : text })),
        Setting.Integer(
            "replication.rdma.ring.bytes", "The staging ring of each RDMA link; twice as much memory is locked, in bytes",
            options => options.Cluster.RdmaRingBytes,
            (options, value) => With(options, cluster => cluster with { RdmaRingBytes = value })),
        Setting.Milliseconds(
            "replica.lag.time.max.ms", "How long a follower may stay behind and count as in sync",
            options => options.Cluster.ReplicaLagTimeMax,
            (options, value) => With(options, cluster => cluster with { ReplicaLagTimeMax = value })),
        Setting.Milliseconds(
            "broker.session.timeout.ms", "After how long without a sign of life a broker is taken for dead",
            options => options.Cluster.SessionTimeout,
            (options, value) => With(options, cluster => cluster with { SessionTimeout = value })),
        Setting.Boolean(
            "auto.leader.rebalance.enable", "Let partitions go back to their preferred leader once it can lead",
            options => options.Cluster.AutoLeaderRebalance,
            (options, value) => With(options, cluster => cluster with { AutoLeaderRebalance = value })),
        Setting.Integer(
            "leader.imbalance.check.interval.seconds", "How often it is looked for such partitions",
            options => (int)options.Cluster.LeaderImbalanceCheckInterval.TotalSeconds,
            (options, value) => With(
                options, cluster => cluster with { LeaderImbalanceCheckInterval = TimeSpan.FromSeconds(value) })),
    ];

    private static BrokerOptions With(BrokerOptions options, Func<ClusterOptions, ClusterOptions> change) =>
        options with { Cluster = change(options.Cluster) };

    private static ListenerOptions Listener(string key, string text) => BrokerSettings.Listeners(key, text) is [var only]
        ? only
        : throw new InvalidConfigException(key, $"'{text}' is not one address: write HOST:PORT");
}
