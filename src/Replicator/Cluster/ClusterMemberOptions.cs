using LogStore.Replicator.Metadata;
using LogStore.Replicator.Transport;
using LogStore.Topics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogStore.Replicator.Cluster;

/// <summary>How a broker takes part in a cluster. Immutable.</summary>
public sealed record ClusterMemberOptions
{
    /// <summary>The broker's number.</summary>
    public required int BrokerId { get; init; }

    /// <summary>The cluster that the data directory belongs to; null when it belongs to none yet.</summary>
    public string? ClusterId { get; init; }

    /// <summary>The broker's data directory; the caller disposes it, after the member.</summary>
    public required DataDirectory Directory { get; init; }

    /// <summary>The cluster's authority; the caller disposes it, after the member.</summary>
    public required IMetadataStore Store { get; init; }

    /// <summary>Makes what carries replication, for a cluster's id; the member disposes it.</summary>
    public required Func<string, IReplicaTransport> CreateTransport { get; init; }

    /// <summary>Where clients reach the broker.</summary>
    public IReadOnlyList<BrokerEndpoint> Endpoints { get; init; } = [];

    /// <summary>
    /// Where peers are told to reach this broker for replication; port 0 stands for the transport's. Null for where that listens.
    /// </summary>
    public (string Host, int Port)? ReplicationAddress { get; init; }

    /// <summary>The broker's rack; null for none.</summary>
    public string? Rack { get; init; }

    /// <summary>
    /// How long a broker that cannot be heard of is held for alive (<c>broker.session.timeout.ms</c>). One whose process has
    /// ended is found out at once.
    /// </summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a follower may lag and stay in sync (<c>replica.lag.time.max.ms</c>).</summary>
    public TimeSpan LagTimeMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often preferred replicas are made leaders again; <see cref="TimeSpan.Zero"/> for never.</summary>
    public TimeSpan PreferredLeaderInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where events are logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
