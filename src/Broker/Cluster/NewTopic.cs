using System.Collections.Immutable;

namespace LogStore.Broker.Cluster;

/// <summary>A topic to be made. What it asks for has been checked against the brokers that were alive a moment ago.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Config">The settings of its logs.</param>
internal sealed record NewTopic(string Name, LogConfig Config)
{
    /// <summary>How many partitions, at least 1.</summary>
    public required int PartitionCount { get; init; }

    /// <summary>How many replicas of each, at least 1.</summary>
    public required int ReplicationFactor { get; init; }

    /// <summary>
    /// The replicas of each partition, the preferred leader first: as many as <see cref="PartitionCount"/>, or null to leave
    /// it to the cluster.
    /// </summary>
    public IReadOnlyList<ImmutableArray<int>>? Assignments { get; init; }
}
