using System.Collections.Immutable;

namespace LogStore.Replicator.Protocol;

/// <summary>
/// The broker that elects leaders: keeps each partition led by a replica that lives and has every committed record, takes
/// brokers that are gone out of the in-sync sets, and carries out reassignments.
/// </summary>
/// <remarks>
/// Pure, and not thread-safe, as <see cref="LeaderReplica"/>. It decides nothing alone: each change is a compare-and-set at
/// the authority, on the condition also that this broker is still the controller.
/// </remarks>
public sealed class ClusterController
{
    private readonly Dictionary<int, LiveBroker> _brokers = [];
    private readonly Dictionary<PartitionId, Entry> _partitions = [];

    /// <summary>Whether it knows all there is: before, a broker that is not known yet must not be taken for dead.</summary>
    public bool IsReady { get; private set; }

    /// <summary>All brokers and partitions that there are at the authority have been told.</summary>
    public void OnReady(List<ControllerEffect> effects)
    {
        IsReady = true;
        DecideAll(effects);
    }

    /// <summary>A broker lives, or has changed.</summary>
    public void OnBroker(LiveBroker broker, List<ControllerEffect> effects)
    {
        _brokers[broker.BrokerId] = broker;
        DecideAll(effects);
    }

    /// <summary>The authority no longer holds a broker for alive.</summary>
    public void OnBrokerGone(int brokerId, List<ControllerEffect> effects)
    {
        if (_brokers.Remove(brokerId)) DecideAll(effects);
    }

    /// <summary>A partition is there, or its state has changed.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="state">The authority's state.</param>
    /// <param name="minInsyncReplicas">How many in-sync replicas a commitment needs.</param>
    /// <param name="allowsUnclean">Whether a replica that may lack committed records may lead when there is no other.</param>
    /// <param name="effects">What is to be done.</param>
    public void OnPartition(
        PartitionId partition, PartitionState state, int minInsyncReplicas, bool allowsUnclean,
        List<ControllerEffect> effects)
    {
        if (!_partitions.TryGetValue(partition, out Entry? entry)) _partitions.Add(partition, entry = new Entry());
        if (entry.State is { } known && state.Version < known.Version) return;
        entry.State = state;
        entry.MinInsyncReplicas = minInsyncReplicas;
        entry.AllowsUnclean = allowsUnclean;
        Decide(partition, entry, effects);
    }

    /// <summary>A partition was deleted.</summary>
    public void OnPartitionGone(PartitionId partition) => _partitions.Remove(partition);

    /// <summary>A broker can no longer serve a partition, or can again: its log failed, or was opened anew.</summary>
    public void OnReplicaFailed(PartitionId partition, int brokerId, bool hasFailed, List<ControllerEffect> effects)
    {
        if (!_partitions.TryGetValue(partition, out Entry? entry)) _partitions.Add(partition, entry = new Entry());
        if (hasFailed ? entry.Failed.Add(brokerId) : entry.Failed.Remove(brokerId)) Decide(partition, entry, effects);
    }

    /// <summary>Has the preferred replica lead again, wherever it can: of some partitions, or of all.</summary>
    public void ElectPreferred(IReadOnlyCollection<PartitionId>? partitions, List<ControllerEffect> effects)
    {
        foreach (PartitionId partition in partitions ?? _partitions.Keys)
        {
            if (!_partitions.TryGetValue(partition, out Entry? entry) || IsWaiting(entry)) continue;
            PartitionState state = entry.State!;
            int preferred = state.Replicas[0];
            if (state.Leader != preferred && state.Leader != PartitionState.NoLeader && CanLead(entry, preferred, out _))
                Write(partition, entry, Elected(entry, preferred), effects);
        }
    }

    /// <summary>An operator gives up what only the replicas that are gone may have: any live one leads where none can.</summary>
    public void ElectUnclean(IReadOnlyCollection<PartitionId> partitions, List<ControllerEffect> effects)
    {
        foreach (PartitionId partition in partitions)
        {
            if (!_partitions.TryGetValue(partition, out Entry? entry) || entry.State is null || IsLeaderWell(entry)) continue;
            entry.IsGivenUp = true;
            Decide(partition, entry, effects);
        }
    }

    private void DecideAll(List<ControllerEffect> effects)
    {
        foreach ((PartitionId partition, Entry entry) in _partitions) Decide(partition, entry, effects);
    }

    private void Decide(PartitionId partition, Entry entry, List<ControllerEffect> effects)
    {
        if (IsWaiting(entry)) return;
        PartitionState before = entry.State!;
        PartitionState after = IsLeaderWell(entry) ? Tidy(entry) : Elect(entry);
        if (ReferenceEquals(before, after)) entry.IsGivenUp = false; // Done, or there is nobody to elect.
        else Write(partition, entry, after, effects);
    }

    private bool IsWaiting(Entry entry) =>
        !IsReady || entry.State is null || entry.WrittenVersion == entry.State.Version;

    private bool IsLeaderWell(Entry entry) => IsLeading(entry) && !_brokers[entry.State!.Leader].IsStopping;

    /// <summary>
    /// Whether the leader can go on. One that was started anew cannot, even if its log is whole: it has forgotten which changes
    /// of the in-sync set it has asked for, and one of them may still happen. It may be elected, in a new epoch.
    /// </summary>
    private bool IsLeading(Entry entry) =>
        entry.State!.TryGetInSync(entry.State.Leader, out InSyncReplica leader) && IsWell(entry, leader) &&
        leader.BrokerEpoch == _brokers[leader.BrokerId].Epoch;

    /// <summary>Whether a member of the in-sync set lives, can serve, and still has all that it had.</summary>
    private bool IsWell(Entry entry, InSyncReplica replica) =>
        _brokers.TryGetValue(replica.BrokerId, out LiveBroker? broker) && broker.Holds(replica) &&
        !entry.Failed.Contains(replica.BrokerId);

    private bool CanLead(Entry entry, int brokerId, out InSyncReplica replica) =>
        entry.State!.TryGetInSync(brokerId, out replica) && IsWell(entry, replica) && !_brokers[brokerId].IsStopping;

    /// <summary>The leader is well: takes out of the in-sync set who is not, and ends a reassignment that is done.</summary>
    private PartitionState Tidy(Entry entry)
    {
        PartitionState state = entry.State!;
        ImmutableArray<InSyncReplica> members = state.InSyncReplicas.RemoveAll(
            replica => replica.BrokerId != state.Leader && (!IsWell(entry, replica) || _brokers[replica.BrokerId].IsStopping));
        if (!state.Target.IsEmpty && state.Target.All(target => IsInSyncAndWell(entry, target)))
            return Reassigned(entry);
        return members.Length == state.InSyncReplicas.Length ? state : state.WithInSync(members, entry.MinInsyncReplicas);
    }

    private bool IsInSyncAndWell(Entry entry, int brokerId) =>
        entry.State!.TryGetInSync(brokerId, out InSyncReplica replica) && IsWell(entry, replica);

    /// <summary>The replicas that shall be are in sync: the others go. A new epoch shuts them out.</summary>
    private PartitionState Reassigned(Entry entry)
    {
        PartitionState state = entry.State!;
        int leader = state.Target.Contains(state.Leader)
            ? state.Leader
            : state.Target.FirstOrDefault(target => CanLead(entry, target, out _), PartitionState.NoLeader);
        if (leader == PartitionState.NoLeader) return state; // All of them are about to stop.
        return state with
        {
            Leader = leader,
            LeaderEpoch = state.LeaderEpoch + 1,
            Replicas = state.Target,
            InSyncReplicas =
            [
                .. state.InSyncReplicas.Where(replica => state.Target.Contains(replica.BrokerId))
                    .Select(replica => replica.BrokerId == leader ? InThisLife(leader) : replica),
            ],
            Eligible = [], // All that stay are in sync.
            Target = [],
            Added = [],
        };
    }

    /// <summary>The leader is not well: another in-sync replica takes over.</summary>
    private PartitionState Elect(Entry entry)
    {
        PartitionState state = entry.State!;
        foreach (int candidate in state.Replicas)
        {
            if (CanLead(entry, candidate, out _)) return Elected(entry, candidate);
        }

        // One that is about to stop is better than none.
        if (IsLeading(entry)) return state;
        foreach (int candidate in state.Replicas)
        {
            if (IsInSyncAndWell(entry, candidate)) return Elected(entry, candidate);
        }

        return ElectEligible(entry) ?? Recover(entry) ??
            (entry.AllowsUnclean || entry.IsGivenUp ? ElectUnclean(entry) : null) ?? Abandon(state);
    }

    private PartitionState Elected(Entry entry, int leader)
    {
        PartitionState state = entry.State!;
        return Led(
            entry, leader,
            [
                .. state.InSyncReplicas.Where(replica => replica.BrokerId == leader ||
                        (IsWell(entry, replica) && !_brokers[replica.BrokerId].IsStopping))
                    .Select(replica => replica.BrokerId == leader ? InThisLife(leader) : replica),
            ]);
    }

    private PartitionState LedAlone(Entry entry, int leader) => Led(entry, leader, [InThisLife(leader)]);

    private static PartitionState Led(Entry entry, int leader, ImmutableArray<InSyncReplica> members) =>
        entry.State!.WithInSync(members, entry.MinInsyncReplicas) with
        {
            Leader = leader,
            LeaderEpoch = entry.State.LeaderEpoch + 1,
        };

    /// <summary>A leader is elected in a life: in a later one it leads only if it is elected anew.</summary>
    private InSyncReplica InThisLife(int brokerId) => new(brokerId, _brokers[brokerId].Epoch);

    /// <summary>
    /// No in-sync replica is well, but one is that has left the set since nothing could be committed any more: it lacks nothing
    /// that was. It leads alone, and commits nothing before enough others have what it has.
    /// </summary>
    private PartitionState? ElectEligible(Entry entry)
    {
        InSyncReplica[] well =
        [
            .. InOrder(entry, entry.State!.Eligible).Where(replica => IsWell(entry, replica))
                .OrderBy(replica => _brokers[replica.BrokerId].IsStopping),
        ];
        return well.Length == 0 ? null : LedAlone(entry, well[0].BrokerId);
    }

    /// <summary>
    /// All who had everything have come back, and each has lost what it had not flushed: the first of them leads on with what
    /// is durable, which is everything where only what is flushed is committed; elsewhere another may have flushed more. One
    /// whose directory is new has nothing, and is no choice. One that has everything and only cannot serve is waited for.
    /// </summary>
    private PartitionState? Recover(Entry entry)
    {
        PartitionState state = entry.State!;
        if (!state.Candidates.All(HasLostSome)) return null;
        foreach (InSyncReplica replica in InOrder(entry, state.Candidates))
        {
            if (!entry.Failed.Contains(replica.BrokerId) && _brokers[replica.BrokerId].HoldsFlushed(replica))
                return LedAlone(entry, replica.BrokerId);
        }

        return null;
    }

    private static IEnumerable<InSyncReplica> InOrder(Entry entry, ImmutableArray<InSyncReplica> replicas) =>
        replicas.OrderBy(replica => entry.State!.Replicas.IndexOf(replica.BrokerId));

    private bool HasLostSome(InSyncReplica replica) =>
        _brokers.TryGetValue(replica.BrokerId, out LiveBroker? broker) && !broker.Holds(replica);

    private PartitionState? ElectUnclean(Entry entry)
    {
        foreach (int candidate in entry.State!.Replicas)
        {
            if (_brokers.ContainsKey(candidate) && !entry.Failed.Contains(candidate))
                return LedAlone(entry, candidate) with { Eligible = [] };
        }

        return null;
    }

    /// <summary>Nobody may lead. The in-sync set and the eligible stay: they say whom to wait for.</summary>
    private static PartitionState Abandon(PartitionState state) => state.Leader == PartitionState.NoLeader
        ? state
        : state with { Leader = PartitionState.NoLeader, LeaderEpoch = state.LeaderEpoch + 1 };

    private static void Write(PartitionId partition, Entry entry, PartitionState state, List<ControllerEffect> effects)
    {
        entry.WrittenVersion = state.Version;
        effects.Add(new ControllerEffect(partition, state));
    }

    private sealed class Entry
    {
        public PartitionState? State { get; set; }

        public int MinInsyncReplicas { get; set; }

        public bool AllowsUnclean { get; set; }

        /// <summary>Whether an operator wants any live replica to lead; remembered while a change is under way.</summary>
        public bool IsGivenUp { get; set; }

        /// <summary>The version that a change under way names; it is waited for.</summary>
        public long WrittenVersion { get; set; } = -1;

        public HashSet<int> Failed { get; } = [];
    }
}
