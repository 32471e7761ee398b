using System.Text;
using LogStore.Replicator.Protocol;
using LogStore.Simulation.Clients;
using LogStore.Simulation.Cluster;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Checkers;

/// <summary>
/// Liveness: once nothing goes wrong any more, every partition gets a leader, all replicas get in sync and equal, everything
/// is committed, what producers have under way is acknowledged, and consumers have read all of it.
/// </summary>
/// <remarks>
/// A follower need not know the last watermark: the message that tells it may be lost, and nobody waits for it. A partition whose in-sync replicas are all destroyed is left out:
/// nobody may lead it.
/// </remarks>
internal sealed class ConvergenceChecker(
    SimulatedCluster cluster, IReadOnlyList<SimulatedProducer> producers, IReadOnlyList<SimulatedConsumer> consumers)
{
    /// <summary>
    /// What is not yet as it shall be; null when everything is. Of a partition with a bad disk that is not replaced yet, all
    /// that can be expected is that somebody leads it, unless it is that disk that nothing was lost from.
    /// </summary>
    public string? FindObstacle()
    {
        for (int partition = 0; partition < cluster.PartitionIds.Length; partition++)
        {
            if (IsDestroyed(partition)) continue;
            if (FindObstacle(partition) is { } obstacle) return $"partition {partition}: {obstacle}";
        }

        return null;
    }

    public void Fail(string obstacle)
    {
        StringBuilder text = new(obstacle);
        for (int partition = 0; partition < cluster.PartitionIds.Length; partition++)
            text.Append($"\n  partition {partition}: {cluster.Store.Partition(partition)}");
        throw new SimulationFailure("Convergence", text.ToString());
    }

    /// <summary>All is quiet: what is committed is what there is.</summary>
    public void CheckEnd()
    {
        for (int partition = 0; partition < cluster.PartitionIds.Length; partition++)
        {
            if (IsDestroyed(partition)) cluster.Figures.Destroyed++;
            else CheckEnd(partition);
        }
    }

    private bool IsDestroyed(int partition) =>
        cluster.Store.Partition(partition) is { Leader: PartitionState.NoLeader } state &&
        !cluster.Store.Options(partition).AllowsUnclean && cluster.Truths[partition].IsDestroyed(state);

    private void CheckEnd(int partition)
    {
        PartitionTruth truth = cluster.Truths[partition];
        if (truth.IsForsaken) return;
        PartitionState state = cluster.Store.Partition(partition);
        foreach (int replica in state.Replicas)
        {
            SimulatedLog log = cluster.Brokers[replica].Disk.Logs[partition];
            if (log.LogEndOffset != truth.CommittedEnd || (truth.Committed.Count > 0 && !log.Holds(truth.Committed[^1])))
            {
                throw new SimulationFailure(
                    "Convergence", $"replica {replica} of partition {partition} ends at {log.LogEndOffset} with {log.Last}; " +
                    $"committed is up to {truth.CommittedEnd}");
            }
        }
    }

    private string? FindObstacle(int partition)
    {
        PartitionState state = cluster.Store.Partition(partition);
        if (state.Leader == PartitionState.NoLeader)
            return cluster.Truths[partition].IsForRepair(state) ? null : "nobody leads";
        if (cluster.Brokers[state.Leader].Process?.Replica(partition) is not { Replica.Leader: { } leader } hosted)
            return $"{state.Leader} does not lead";
        if (leader.LeaderEpoch != state.LeaderEpoch || leader.IsDeposed) return $"{state.Leader} does not lead in this epoch";
        if (cluster.Brokers.Any(broker => broker.Disk.Logs[partition].IsDamaged)) return null;
        if (!state.Target.IsEmpty) return "it is being reassigned";
        if (state.InSyncReplicas.Length != state.Replicas.Length) return "not all replicas are in sync";
        long end = hosted.Log.LogEndOffset;
        if (leader.HighWatermark != end) return $"the watermark is {leader.HighWatermark}, the log ends at {end}";
        foreach (int replica in state.Replicas)
        {
            if (cluster.Brokers[replica].Process?.Replica(partition) is not { } follower) return $"{replica} has no replica";
            if (follower.Log.LogEndOffset != end || !ReferenceEquals(follower.Log.Last, hosted.Log.Last))
                return $"{replica} ends at {follower.Log.LogEndOffset} of {end}";
        }

        foreach (SimulatedProducer producer in producers)
        {
            if (producer.Partition == partition && !producer.IsDone) return producer.ToString();
        }

        foreach (SimulatedConsumer consumer in consumers)
        {
            if (consumer.Partition == partition && consumer.Position != end && !cluster.Truths[partition].IsForsaken)
                return $"the consumer is at {consumer.Position} of {end}";
        }

        return null;
    }
}
