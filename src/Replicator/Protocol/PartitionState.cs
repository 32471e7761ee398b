using System.Collections.Immutable;

namespace LogStore.Replicator.Protocol;

/// <summary>What the authority has decided about a partition. Leader and controller change it by compare-and-set only.</summary>
public sealed record PartitionState
{
    /// <summary>The broker that leads; <see cref="NoLeader"/> while no replica may.</summary>
    public int Leader { get; init; } = NoLeader;

    /// <summary>Rises with each change of leader, and whenever replicas that are told to go must be shut out.</summary>
    public int LeaderEpoch { get; init; }

    /// <summary>The brokers that have a replica, in order of preference to lead.</summary>
    public required ImmutableArray<int> Replicas { get; init; }

    /// <summary>The replicas that have every committed record; the leader is one of them.</summary>
    public required ImmutableArray<InSyncReplica> InSyncReplicas { get; init; }

    /// <summary>
    /// Replicas that have every committed record as well, as long as they hold what they had: those that have left the in-sync
    /// set since it is smaller than a commitment needs (KIP-966). While there are any, nothing is committed, whatever the
    /// topic's settings say meanwhile.
    /// </summary>
    public ImmutableArray<InSyncReplica> Eligible { get; init; } = [];

    /// <summary>All who may lead, those that are in sync first.</summary>
    public ImmutableArray<InSyncReplica> Candidates => InSyncReplicas.AddRange(Eligible);

    /// <summary>The replicas that there shall be, while they are being changed; empty otherwise.</summary>
    public ImmutableArray<int> Target { get; init; } = [];

    /// <summary>The replicas that a reassignment under way has added; they go again if it is called off.</summary>
    public ImmutableArray<int> Added { get; init; } = [];

    /// <summary>The authority's version of this state, which the next change names; not a part of what is stored.</summary>
    public long Version { get; init; }

    /// <summary>In the place of a leader: there is none.</summary>
    public const int NoLeader = -1;

    /// <summary>Whether a broker is in the in-sync set.</summary>
    public bool IsInSync(int brokerId) => TryGetInSync(brokerId, out _);

    /// <summary>A broker's place in the in-sync set.</summary>
    public bool TryGetInSync(int brokerId, out InSyncReplica replica)
    {
        foreach (InSyncReplica each in InSyncReplicas)
        {
            if (each.BrokerId != brokerId) continue;
            replica = each;
            return true;
        }

        replica = default;
        return false;
    }

    /// <summary>The state with another in-sync set. Where that is too small to commit anything, who leaves it stays eligible.</summary>
    /// <param name="members">The in-sync set.</param>
    /// <param name="minInsyncReplicas">How many a commitment needs.</param>
    public PartitionState WithInSync(ImmutableArray<InSyncReplica> members, int minInsyncReplicas) => this with
    {
        InSyncReplicas = members,
        Eligible = members.Length >= minInsyncReplicas
            ? []
            : Candidates.RemoveAll(replica => members.Any(member => member.BrokerId == replica.BrokerId)),
    };

    /// <summary>
    /// The state with which the replicas begin to be changed: those that are to come are there beside the others. Those that an
    /// earlier change has added, and that are wanted no longer, are gone again, as if it had been called off.
    /// </summary>
    public PartitionState Towards(ImmutableArray<int> target)
    {
        PartitionState before = Without(Added.RemoveAll(target.Contains));
        return before with
        {
            Replicas = [.. before.Replicas.Union(target)],
            Target = target,
            Added = [.. target.Where(replica => Added.Contains(replica) || !before.Replicas.Contains(replica))],
        };
    }

    /// <summary>
    /// The state with which a change of the replicas is called off: those that it has added are gone again. Where they alone are
    /// in sync, those that are stay: nobody else is known to have all committed records.
    /// </summary>
    /// <remarks>If one that is gone has led, nobody does until the controller elects another.</remarks>
    public PartitionState WithoutReassignment() => Without(Added) with { Target = [], Added = [] };

    /// <summary>
    /// The state without replicas that a reassignment has added. A new epoch shuts them out: should one of them be wanted again,
    /// before the leader has heard that it was not, the leader must not go by what it knows of a log that is deleted.
    /// </summary>
    private PartitionState Without(ImmutableArray<int> unwanted)
    {
        bool areOthersInSync = InSyncReplicas.Any(replica => !unwanted.Contains(replica.BrokerId));
        ImmutableArray<int> gone = areOthersInSync ? unwanted : unwanted.RemoveAll(IsInSync);
        if (gone.IsEmpty) return this;
        return this with
        {
            Leader = gone.Contains(Leader) ? NoLeader : Leader,
            LeaderEpoch = LeaderEpoch + 1,
            Replicas = Replicas.RemoveAll(gone.Contains),
            InSyncReplicas = InSyncReplicas.RemoveAll(replica => gone.Contains(replica.BrokerId)),
            Eligible = Eligible.RemoveAll(replica => gone.Contains(replica.BrokerId)),
        };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"leader {Leader} epoch {LeaderEpoch} replicas [{string.Join(',', Replicas)}] in sync [{Describe(InSyncReplicas)}]" +
        (Eligible.IsEmpty ? "" : $" eligible [{Describe(Eligible)}]") +
        (Target.IsEmpty ? "" : $" target [{string.Join(',', Target)}]") + $" version {Version}";

    private static string Describe(ImmutableArray<InSyncReplica> replicas) =>
        string.Join(',', replicas.Select(replica => $"{replica.BrokerId}@{replica.BrokerEpoch}"));
}
