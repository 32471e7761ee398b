using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Checkers;

/// <summary>
/// One leader per epoch: a broker, in one life. The authority's versions and epochs rise, and an epoch has one leader there.
/// </summary>
/// <remarks>Does not say that a leader has the records it should: <see cref="PartitionTruth"/> does.</remarks>
internal sealed class ElectionChecker(int partition)
{
    private const string Name = "Election";

    private readonly Dictionary<int, (int BrokerId, long Life)> _leaders = [];

    public void OnLeader(int brokerId, long life, LeaderReplica leader)
    {
        if (_leaders.TryAdd(leader.LeaderEpoch, (brokerId, life)) || _leaders[leader.LeaderEpoch] == (brokerId, life)) return;
        throw new SimulationFailure(
            Name, $"partition {partition} epoch {leader.LeaderEpoch} is led by {brokerId} in life {life}, " +
            $"and was by {_leaders[leader.LeaderEpoch]}");
    }

    public void OnState(PartitionState before, PartitionState state)
    {
        if (state.LeaderEpoch < before.LeaderEpoch)
            throw new SimulationFailure(Name, $"the epoch of partition {partition} goes back: {before} to {state}");
        bool isOther = state.Leader != before.Leader && !before.InSyncReplicas.IsEmpty;
        if (isOther && state.LeaderEpoch == before.LeaderEpoch)
            throw new SimulationFailure(Name, $"partition {partition} has two leaders in an epoch: {before} to {state}");
        if (state.InSyncReplicas.IsEmpty) throw new SimulationFailure(Name, $"nobody of partition {partition} is in sync: {state}");
        if (state.Leader != PartitionState.NoLeader && !state.IsInSync(state.Leader))
            throw new SimulationFailure(Name, $"the leader of partition {partition} is not in sync: {state}");
    }
}
