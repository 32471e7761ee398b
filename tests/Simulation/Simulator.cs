using LogStore.Simulation.Checkers;
using LogStore.Simulation.Clients;
using LogStore.Simulation.Cluster;
using LogStore.Simulation.Plans;

namespace LogStore.Simulation;

/// <summary>Runs a plan: first faults, then peace, in which everything has to come right.</summary>
internal static class Simulator
{
    private const long PeaceMs = 25_000;
    private const long StepMs = 50;

    /// <summary>Runs the plan that a seed makes.</summary>
    public static Outcome Run(ulong seed, bool isTraced = false) => Run(PlanGenerator.Create(seed), isTraced);

    public static Outcome Run(Plan plan, bool isTraced = false)
    {
        World world = new(plan.Seed, isTraced);
        SimulatedCluster? cluster = null;
        string? checker = null;
        string? message = null;
        try
        {
            cluster = new SimulatedCluster(world, plan);
            Run(cluster);
        }
        catch (SimulationFailure failure)
        {
            (checker, message) = (failure.Checker, failure.Message);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever the protocol throws is a failure of it.
            (checker, message) = (error.GetType().Name, error.ToString());
        }

        return new Outcome(
            plan.Seed, checker, message, world.Trace.Hash, world.Steps, world.Trace.Lines, cluster?.Figures ?? new Figures());
    }

    private static void Run(SimulatedCluster cluster)
    {
        World world = cluster.World;
        Plan plan = cluster.Plan;
        SimulatedProducer[] producers =
            [.. plan.Producers.Select((producer, index) => new SimulatedProducer(cluster, producer, index + 1))];
        SimulatedConsumer[] consumers =
            [.. Enumerable.Range(0, plan.Partitions.Length).Select(partition => new SimulatedConsumer(cluster, partition))];
        new FaultInjector(cluster).Plan(plan.Faults);
        long until = plan.FaultyMs * World.Ms;
        while (world.Step(until)) { }

        Heal(cluster);
        ConvergenceChecker convergence = new(cluster, producers, consumers);
        long deadline = world.Now + (PeaceMs * World.Ms);
        string? obstacle = null;
        while (world.Now < deadline)
        {
            until = world.Now + (StepMs * World.Ms);
            while (world.Step(until)) { }

            obstacle = cluster.Truths.Length == 0 ? null : convergence.FindObstacle();
            if (obstacle is null && !Replace(cluster)) break;
        }

        cluster.Figures.MostChanges =
            cluster.PartitionIds.Select(id => cluster.Store.Partition(id.Index).Version).DefaultIfEmpty().Max();
        if (obstacle is not null) convergence.Fail(obstacle);
        convergence.CheckEnd();
    }

    private static void Heal(SimulatedCluster cluster)
    {
        cluster.World.Say($"all faults end");
        cluster.Network.Heal();
        cluster.Store.EndOutage();
        foreach (SimulatedBroker broker in cluster.Brokers) broker.Heal();
    }

    /// <summary>
    /// Once all else is well, the next disk with bad batches is replaced by an empty one: not earlier, since it may hold the
    /// last copy of another partition.
    /// </summary>
    private static bool Replace(SimulatedCluster cluster)
    {
        foreach (SimulatedBroker broker in cluster.Brokers)
        {
            if (!broker.Disk.Logs.Any(log => log.IsDamaged)) continue;
            broker.Wipe(100 * World.Ms);
            return true;
        }

        return false;
    }
}
