using System.Collections.Immutable;
using LogStore.Replicator.Protocol;
using LogStore.Simulation.Checkers;
using LogStore.Simulation.Cluster;
using LogStore.Simulation.Plans;

namespace LogStore.Simulation;

/// <summary>Has the plan's faults happen at their times.</summary>
internal sealed class FaultInjector(SimulatedCluster cluster)
{
    private readonly World _world = cluster.World;

    public void Plan(ImmutableArray<Fault> faults)
    {
        foreach (Fault fault in faults)
        {
            _world.After(fault.AtMs * World.Ms, () =>
            {
                _world.Say($"FAULT {fault}");
                Inject(fault, fault.DurationMs * World.Ms);
            });
        }
    }

    private void Inject(Fault fault, long duration)
    {
        switch (fault.Kind)
        {
            case FaultKind.Crash: Broker(fault).Crash(duration); break;
            case FaultKind.PowerLoss: Broker(fault).LosePower(duration); break;
            case FaultKind.Wipe: Broker(fault).Wipe(duration); break;
            case FaultKind.Stop: StopInOrder(Broker(fault), duration); break;
            case FaultKind.Pause: Broker(fault).Pause(duration); break;
            case FaultKind.Drift: Broker(fault).Drift(900 + (fault.DurationMs % 200)); break;
            case FaultKind.Cut:
                cluster.Network.Cut(fault.Target, fault.Other, duration);
                cluster.Network.Cut(fault.Other, fault.Target, duration);
                break;
            case FaultKind.CutOneWay: cluster.Network.Cut(fault.Target, fault.Other, duration); break;
            case FaultKind.CutFromStore: cluster.Network.CutFromStore(fault.Target, duration); break;
            case FaultKind.Isolate: Isolate(fault.Target, duration); break;
            case FaultKind.StoreOutage: cluster.Store.BeginOutage(duration); break;
            case FaultKind.ExpireLease: cluster.Store.Expire(fault.Target); break;
            case FaultKind.ExpireController: cluster.Store.ExpireController(); break;
            case FaultKind.BadNetwork: cluster.Network.GoBad(duration); break;
            case FaultKind.DiskFull: Broker(fault).DiskFullUntil = _world.Now + duration; break;
            case FaultKind.SlowDisk: Broker(fault).DiskSlowUntil = _world.Now + duration; break;
            case FaultKind.Corrupt: Corrupt(fault); break;
            case FaultKind.ElectPreferred: ElectPreferred(); break;
            case FaultKind.Reassign: Reassign(fault); break;
            case FaultKind.CallOff: CallOff(fault); break;
            case FaultKind.ChangeOptions: ChangeOptions(fault); break;
            case FaultKind.DeleteRecords: DeleteRecords(fault); break;
        }
    }

    private SimulatedBroker Broker(Fault fault) => cluster.Brokers[fault.Target];

    private void Isolate(int brokerId, long duration)
    {
        cluster.Network.CutFromStore(brokerId, duration);
        for (int other = 0; other < cluster.Brokers.Length; other++)
        {
            cluster.Network.Cut(brokerId, other, duration);
            cluster.Network.Cut(other, brokerId, duration);
        }
    }

    private void StopInOrder(SimulatedBroker broker, long duration)
    {
        if (broker.Process is not { IsStarted: true } process) return;
        process.IsStopping = true;
        _world.After(duration, () =>
        {
            if (process.IsDead) return;
            cluster.Store.Expire(broker.BrokerId);
            broker.Crash(200 * World.Ms);
        });
    }

    /// <summary>One replica only: with two bad copies no protocol could help.</summary>
    private void Corrupt(Fault fault)
    {
        int partition = fault.Other % cluster.PartitionIds.Length;
        if (cluster.Brokers.Any(broker => broker.Disk.Logs[partition].IsDamaged)) return;
        Broker(fault).Disk.Logs[partition].Damage(fault.Other);
        cluster.OnDataLost();
    }

    private void ElectPreferred()
    {
        if (cluster.Store.Controller >= 0) cluster.Brokers[cluster.Store.Controller].Process?.Run(
            () => cluster.Brokers[cluster.Store.Controller].Process?.ElectPreferred());
    }

    private void Reassign(Fault fault)
    {
        PartitionState state = cluster.Store.Partition(fault.Target);
        if (cluster.Network.IsHealed || state.InSyncReplicas.IsEmpty) return;
        Prng random = new((ulong)fault.Other);
        int[] brokers = [.. Enumerable.Range(0, cluster.Brokers.Length)];
        random.Shuffle(brokers);
        int least = Math.Max(2, cluster.Store.Options(fault.Target).Options.MinInsyncReplicas);
        cluster.Store.Reassign(fault.Target, [.. brokers[..(int)random.Between(least, Math.Max(least, Math.Min(4, brokers.Length)))]]);
    }

    private void CallOff(Fault fault)
    {
        if (cluster.Store.Partition(fault.Target).Target.IsEmpty) return;
        if (fault.Other % 2 == 0) cluster.Store.CallOff(fault.Target);
        else cluster.Store.CallOffAtWorst(fault.Target);
    }

    private void ChangeOptions(Fault fault)
    {
        Prng random = new((ulong)fault.Other);
        (ReplicaOptions options, bool allowsUnclean) = cluster.Store.Options(fault.Target);
        PartitionState state = cluster.Store.Partition(fault.Target);
        // As many replicas as there will be in any case, also if they are not changed after all.
        int most = state.Target.IsEmpty
            ? state.Replicas.Length
            : Math.Min(state.WithoutReassignment().Replicas.Length, state.Target.Length);
        cluster.Store.ChangeOptions(
            fault.Target,
            options with
            {
                MinInsyncReplicas = (int)random.Between(1, Math.Min(most, 3)),
                CommitsFlushed = random.PerMille(300) ? !options.CommitsFlushed : options.CommitsFlushed,
                LagTimeMaxMs = random.Between(400, 1500),
            },
            random.PerMille(50) || allowsUnclean);
    }

    /// <summary>
    /// Only what every producer has been told of: a log that knows nothing of a producer any more takes its first batch again.
    /// </summary>
    private void DeleteRecords(Fault fault)
    {
        PartitionTruth truth = cluster.Truths[fault.Target];
        long before = Math.Min(truth.CommittedEnd - 30, truth.CommittedEnd * (fault.Other % 10) / 10);
        int leader = cluster.Store.Partition(fault.Target).Leader;
        if (before > 0 && leader >= 0) cluster.Brokers[leader].Process?.Replica(fault.Target)?.DeleteRecords(before);
    }
}
