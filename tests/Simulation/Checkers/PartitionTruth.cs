using System.Collections.Immutable;
using LogStore.Replicator.Protocol;
using LogStore.Simulation.Clients;
using LogStore.Simulation.Cluster;
using LogStore.Simulation.Plans;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Checkers;

/// <summary>
/// What is committed in a partition, as the first leader that said so had it, and the rule that it stays so: every watermark
/// of every replica ends the same prefix; every sound member of the authority's in-sync set holds all of it, on disk, and
/// durably where the topic has always committed only what is flushed; so does every new leader; and what is acknowledged is a
/// part of it.
/// </summary>
/// <remarks>
/// A loss is excused only if at some moment nobody was sound any more of the in-sync set, as it was when it was last large enough
/// to commit anything: that nobody can be told of a commitment while it is smaller is no excuse. A member is unsound once its
/// machine lost power since it was found in sync (where the topic has always committed only what is flushed: once its directory
/// was wiped), or one of its batches went bad. Then the next leader's log decides what is still committed. After an unclean
/// election, which the topic asked for, nothing is checked here any more. Does not check what is below the start of a log.
/// </remarks>
internal sealed class PartitionTruth(SimulatedCluster cluster, int partition, PartitionPlan plan)
{
    private const string Name = "Commitment";

    private readonly ElectionChecker _elections = new(partition);
    private readonly SequenceChecker _sequences = new(partition);
    private readonly List<int> _committedIn = [];
    private bool _isAlwaysFlushed = plan.Options.CommitsFlushed;
    private bool _allowsUnclean = plan.AllowsUnclean;
    private int _leastInSync = plan.Options.MinInsyncReplicas;
    private ImmutableArray<InSyncReplica> _lastEnough = [];
    private bool _isLossPending;
    private bool _isUncleanSinceLoss;

    public ClientViewChecker ClientView { get; } = new(partition);

    /// <summary>The committed batches, from the first one on.</summary>
    public List<SimulatedBatch> Committed { get; } = [];

    /// <summary>Where they end (exclusive).</summary>
    public long CommittedEnd { get; private set; }

    /// <summary>Where records were deleted up to (exclusive).</summary>
    public long DeletedBelow { get; private set; }

    /// <summary>Whether there was an unclean election: nobody vouches for what was committed.</summary>
    public bool IsForsaken { get; private set; }

    /// <summary>
    /// The epoch in which the last excused loss was found out: what replicas of earlier ones still say is about what was lost.
    /// </summary>
    public int ExcusedIn { get; private set; }

    /// <summary>Told when committed batches are excused from some offset on.</summary>
    public Action<long>? Lost { get; set; }

    public void OnOptions(ReplicaOptions options, bool allowsUnclean)
    {
        _isAlwaysFlushed &= options.CommitsFlushed;
        _leastInSync = Math.Min(_leastInSync, options.MinInsyncReplicas);
        _allowsUnclean |= allowsUnclean;
    }

    public void OnDeleted(long before) => DeletedBelow = Math.Max(DeletedBelow, before);

    /// <summary>The authority's state has changed.</summary>
    public void OnState(PartitionState before, PartitionState state)
    {
        _elections.OnState(before, state);
        ImmutableArray<InSyncReplica> holders = Holders(before);
        _lastEnough = Holders(state).RemoveAll(replica => !state.Replicas.Contains(replica.BrokerId));
        if (before.InSyncReplicas.IsEmpty) return;
        bool isNewLeader = state.LeaderEpoch > before.LeaderEpoch && state.Leader != PartitionState.NoLeader;
        if (isNewLeader && _allowsUnclean &&
            !holders.Any(replica => replica.BrokerId == state.Leader && IsSound(replica)))
        {
            _lastEnough = state.InSyncReplicas;
            if (!_isLossPending) Forsake();
            else if (!HoldsAll(cluster.Brokers[state.Leader].Disk.Logs[partition])) _isUncleanSinceLoss = true;
        }

        Judge(state);
        CheckMembers(state);
    }

    /// <summary>A disk has lost something.</summary>
    public void Judge() => Judge(cluster.Store.Partition(partition));

    /// <summary>A broker leads.</summary>
    public void OnLeader(BrokerProcess process, LeaderReplica leader, SimulatedLog log)
    {
        cluster.Figures.Elections++;
        cluster.World.Say($"broker {process.BrokerId}: leads partition {partition} in epoch {leader.LeaderEpoch} from {log.LogEndOffset}");
        _elections.OnLeader(process.BrokerId, process.Epoch, leader);
        // One that learns late that it leads need not have what later leaders have committed meanwhile.
        int last = _committedIn.FindLastIndex(epoch => epoch < leader.LeaderEpoch);
        if (IsForsaken || leader.LeaderEpoch < ExcusedIn || last < 0 || log.Holds(Committed[last])) return;
        if (!_isLossPending)
        {
            throw new SimulationFailure(
                Name, $"broker {process.BrokerId} leads partition {partition} in epoch {leader.LeaderEpoch} without the " +
                $"committed {Committed[last]}; its log ends at {log.LogEndOffset} with {log.Last}");
        }

        Excuse(log, leader.LeaderEpoch);
        Judge();
    }

    /// <summary>A replica holds something for committed.</summary>
    public void OnHighWatermark(int brokerId, long highWatermark, SimulatedLog log, int epoch, bool isLeader)
    {
        if (IsForsaken || epoch < ExcusedIn || highWatermark <= log.LogStartOffset) return;
        if (highWatermark > log.LogEndOffset)
            throw new SimulationFailure(Name, $"watermark {highWatermark} of broker {brokerId} is above its log's end {log.LogEndOffset}");
        int index = log.IndexOf(highWatermark - 1);
        SimulatedBatch last = log.Batches[index];
        if (highWatermark <= CommittedEnd)
        {
            if (last.NextOffset != highWatermark || !IsCommitted(last)) Fail(brokerId, highWatermark, last);
            return;
        }

        if (!isLeader || (Committed.Count > 0 && !log.Holds(Committed[^1]))) Fail(brokerId, highWatermark, last);
        for (int next = log.IndexOf(CommittedEnd); next <= index; next++) Commit(log.Batches[next], epoch);
        CheckMembers();
    }

    /// <summary>A producer is told that a batch is committed.</summary>
    public void OnAcknowledged(ProducedContent content, long lastOffset, int epoch)
    {
        cluster.Figures.Acknowledged++;
        if (IsForsaken || epoch < ExcusedIn || lastOffset < DeletedBelow) return;
        int index = IndexOf(lastOffset);
        if (index >= Committed.Count || Committed[index].Payload != content.Payload ||
            Committed[index].NextOffset != lastOffset + 1)
        {
            throw new SimulationFailure(
                Name, $"payload {content.Payload} is acknowledged to end at {lastOffset} of partition {partition}, where it is not");
        }

    }

    /// <summary>Whether a batch is at its place among the committed.</summary>
    public bool IsCommitted(SimulatedBatch batch)
    {
        int index = IndexOf(batch.BaseOffset);
        return index < Committed.Count && ReferenceEquals(Committed[index], batch);
    }

    /// <summary>Every sound member of the in-sync set holds all that is committed, and so does everyone eligible.</summary>
    public void CheckMembers() => CheckMembers(cluster.Store.Partition(partition));

    /// <summary>Whether nobody is left who could lead by right: the partition waits for a decision of its owner.</summary>
    public bool IsDestroyed(PartitionState state) => Holders(state).All(replica =>
    {
        SimulatedDisk disk = cluster.Brokers[replica.BrokerId].Disk;
        return replica.BrokerEpoch < disk.CreatedIn || disk.Logs[partition].IsDamaged;
    });

    /// <summary>Whether somebody's log has everything and cannot be read: it is waited for until it is given up.</summary>
    public bool IsForRepair(PartitionState state) => state.Candidates.Any(replica =>
        replica.BrokerEpoch >= cluster.Brokers[replica.BrokerId].Disk.IntactSince && Log(replica).IsDamaged);

    private void CheckMembers(PartitionState state)
    {
        if (IsForsaken || _isLossPending || Committed.Count == 0) return;
        foreach (InSyncReplica replica in state.Candidates)
        {
            SimulatedLog log = cluster.Brokers[replica.BrokerId].Disk.Logs[partition];
            if (!IsSound(replica)) continue;
            // What is left after an excused loss is whatever the next leader had, durably or not.
            bool isDurable = !_isAlwaysFlushed || ExcusedIn > 0 || log.FlushedOffset >= CommittedEnd;
            if (isDurable && log.Holds(Committed[^1])) continue;
            throw new SimulationFailure(
                Name, $"the in-sync replica {replica} of partition {partition} lacks the committed {Committed[^1]}; " +
                $"its log ends at {log.LogEndOffset} with {log.Last}, flushed to {log.FlushedOffset}; {state}");
        }
    }

    private void Judge(PartitionState state)
    {
        if (state.InSyncReplicas.IsEmpty) return;
        ImmutableArray<InSyncReplica> holders = Holders(state);
        if (!holders.Any(IsSound)) _isLossPending = true;
        else if (holders.Any(each => IsSound(each) && HoldsAll(Log(each)))) _isLossPending = false;
        if (_isLossPending || !_isUncleanSinceLoss) return;
        // All is there again, but somebody who lacks it was elected meanwhile, and may not know yet that he leads.
        _isUncleanSinceLoss = false;
        if (!IsForsaken) Forsake();
    }

    /// <summary>
    /// Who has everything, by right: the in-sync set, and where that is too small to commit anything by the least that was ever
    /// asked for, those too who were in it when it last was not. Brokers may think that it is too small earlier, never later.
    /// </summary>
    private ImmutableArray<InSyncReplica> Holders(PartitionState state) => state.InSyncReplicas.Length >= _leastInSync
        ? state.InSyncReplicas
        : state.InSyncReplicas.AddRange(_lastEnough.Where(replica => !state.IsInSync(replica.BrokerId)));

    private bool HoldsAll(SimulatedLog log) => Committed.Count == 0 || log.Holds(Committed[^1]);

    private void Forsake()
    {
        IsForsaken = true;
        cluster.Figures.Unclean++;
        Lost?.Invoke(0);
    }

    private bool IsSound(InSyncReplica replica)
    {
        SimulatedDisk disk = cluster.Brokers[replica.BrokerId].Disk;
        long since = _isAlwaysFlushed ? disk.CreatedIn : disk.IntactSince;
        return replica.BrokerEpoch >= since && !disk.Logs[partition].IsDamaged;
    }

    private SimulatedLog Log(InSyncReplica replica) => cluster.Brokers[replica.BrokerId].Disk.Logs[partition];

    private void Commit(SimulatedBatch batch, int epoch)
    {
        _committedIn.Add(epoch);
        Committed.Add(batch);
        CommittedEnd = batch.NextOffset;
        cluster.Figures.Committed++;
        _sequences.OnCommitted(batch);
    }

    /// <summary>The in-sync set was destroyed: what the new leader has is what there is.</summary>
    private void Excuse(SimulatedLog log, int epoch)
    {
        ExcusedIn = epoch;
        _isUncleanSinceLoss = false;
        int kept = Committed.Count;
        while (kept > 0 && !log.Holds(Committed[kept - 1])) kept--;
        Committed.RemoveRange(kept, Committed.Count - kept);
        _committedIn.RemoveRange(kept, _committedIn.Count - kept);
        CommittedEnd = kept == 0 ? 0 : Committed[^1].NextOffset;
        cluster.Figures.ExcusedLosses++;
        cluster.World.Say($"partition {partition}: the loss of what was committed from {CommittedEnd} on is excused");
        _sequences.Restart(Committed);
        ClientView.Forget();
        Lost?.Invoke(CommittedEnd);
    }

    private int IndexOf(long offset)
    {
        int low = 0;
        int high = Committed.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Committed[middle].NextOffset <= offset) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void Fail(int brokerId, long highWatermark, SimulatedBatch last) => throw new SimulationFailure(
        Name, $"broker {brokerId} holds partition {partition} for committed up to {highWatermark}, where it has {last}; " +
        $"committed is [..,{CommittedEnd}) with {(Committed.Count == 0 ? null : Committed[^1])}");
}
