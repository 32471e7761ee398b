using System.Collections.Immutable;

namespace LogStore.Broker.Cluster;

/// <summary>Where a partition is: who leads it, and who has replicas of it. Brokers are named by their numbers.</summary>
internal sealed record PartitionPlacement
{
    /// <summary>In the place of a leader: there is none.</summary>
    public const int NoLeader = -1;

    /// <summary>The leader; <see cref="NoLeader"/> if nobody can be reached that may lead.</summary>
    public required int LeaderId { get; init; }

    /// <summary>The epoch of the leader, or of the last one.</summary>
    public required int LeaderEpoch { get; init; }

    /// <summary>All replicas, the preferred leader first; those that are being added or removed among them.</summary>
    public required ImmutableArray<int> Replicas { get; init; }

    /// <summary>The replicas that have all that is committed.</summary>
    public required ImmutableArray<int> InSyncReplicas { get; init; }

    /// <summary>The replicas whose broker is not alive, or cannot use its log.</summary>
    public ImmutableArray<int> OfflineReplicas { get; init; } = [];

    /// <summary>The replicas that are being added by a reassignment.</summary>
    public ImmutableArray<int> AddingReplicas { get; init; } = [];

    /// <summary>The replicas that go when the reassignment is done.</summary>
    public ImmutableArray<int> RemovingReplicas { get; init; } = [];

    /// <summary>Whether the replicas are being changed.</summary>
    public bool IsReassigning => !AddingReplicas.IsEmpty || !RemovingReplicas.IsEmpty;
}
