using System.Collections.Immutable;
using LogStore.Replicator.Protocol;
using LogStore.Topics;

namespace LogStore.Replicator.Cluster;

/// <summary>The cluster as the authority described it at one revision. Immutable.</summary>
public sealed class ClusterImage
{
    internal ClusterImage(
        long revision, int controllerId, ImmutableDictionary<int, BrokerRegistration> brokers,
        ImmutableSortedDictionary<string, Topic> topics, ImmutableDictionary<Guid, Topic> topicsById,
        ImmutableDictionary<PartitionId, PartitionState> partitions)
    {
        Revision = revision;
        ControllerId = controllerId;
        Brokers = brokers;
        Topics = topics;
        TopicsById = topicsById;
        Partitions = partitions;
    }

    /// <summary>What there is before anything was heard.</summary>
    public static ClusterImage Empty { get; } = new(
        0, NoController, ImmutableDictionary<int, BrokerRegistration>.Empty,
        ImmutableSortedDictionary.Create<string, Topic>(StringComparer.Ordinal), ImmutableDictionary<Guid, Topic>.Empty,
        ImmutableDictionary<PartitionId, PartitionState>.Empty);

    /// <summary>In the place of a controller: there is none.</summary>
    public const int NoController = -1;

    /// <summary>The authority's revision.</summary>
    public long Revision { get; }

    /// <summary>The broker that elects leaders; <see cref="NoController"/> while there is none.</summary>
    public int ControllerId { get; }

    /// <summary>The brokers that are alive, by their numbers.</summary>
    public ImmutableDictionary<int, BrokerRegistration> Brokers { get; }

    /// <summary>All topics, in the order of their names.</summary>
    public ImmutableSortedDictionary<string, Topic> Topics { get; }

    /// <summary>All topics, by their identities.</summary>
    public ImmutableDictionary<Guid, Topic> TopicsById { get; }

    /// <summary>Who leads and who holds each partition; those of topics that are being made or deleted among them.</summary>
    public ImmutableDictionary<PartitionId, PartitionState> Partitions { get; }

    /// <summary>The ids of all topics that were deleted.</summary>
    internal ImmutableHashSet<Guid> DeletedTopics { get; init; } = [];

    /// <summary>A partition's state; null when there is none.</summary>
    public PartitionState? FindPartition(Guid topic, int index) => Partitions.GetValueOrDefault(new PartitionId(topic, index));
}
