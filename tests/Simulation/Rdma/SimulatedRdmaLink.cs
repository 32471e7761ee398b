using LogStore.Simulation.Checkers;
using LogStore.Simulation.Cluster;

namespace LogStore.Simulation.Rdma;

/// <summary>
/// A link over RDMA: two ends that have told each other, when they shook hands, where their rings are, and by which key
/// and generation they are written to.
/// </summary>
internal sealed class SimulatedRdmaLink
{
    public SimulatedRdmaLink(SimulatedCluster cluster, BrokerProcess first, BrokerProcess second, Action<string> end)
    {
        int capacity = cluster.Plan.Rdma!.RingBytes;
        StagingChecker there = new(cluster.World, first.BrokerId, second.BrokerId, capacity);
        StagingChecker back = new(cluster.World, second.BrokerId, first.BrokerId, capacity);
        First = new RdmaEnd(cluster, first, second.BrokerId, there, back, end);
        Second = new RdmaEnd(cluster, second, first.BrokerId, back, there, end);
        First.Connect(Second);
        Second.Connect(First);
    }

    public RdmaEnd First { get; }

    public RdmaEnd Second { get; }
}
