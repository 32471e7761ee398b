using System.Collections.Immutable;
using LogStore.Replicator.Protocol;
using LogStore.Simulation.Checkers;
using LogStore.Simulation.Plans;
using LogStore.Simulation.Rdma;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Cluster;

/// <summary>All machines, the links between their processes, the metadata store, and the truth about each partition.</summary>
internal sealed class SimulatedCluster
{
    public SimulatedCluster(World world, Plan plan)
    {
        World = world;
        Plan = plan;
        PartitionIds = [.. Enumerable.Range(0, plan.Partitions.Length)
            .Select(index => new PartitionId(new Guid(index, 7, 7, [1, 2, 3, 4, 5, 6, 7, 8]), index))];
        Network = new SimulatedNetwork(world, plan);
        Truths = [.. plan.Partitions.Select((partition, index) => new PartitionTruth(this, index, partition))];
        Brokers = [.. Enumerable.Range(0, plan.Brokers).Select(id => new SimulatedBroker(this, id, plan.Partitions.Length))];
        Store = new SimulatedStore(world, Network, plan, Truths);
        Links = new SimulatedLinks(this);
        foreach (SimulatedBroker broker in Brokers) world.After(world.Random.Between(0, 50 * World.Ms), broker.Start);
    }

    public World World { get; }

    public Plan Plan { get; }

    public Figures Figures { get; } = new();

    public ImmutableArray<PartitionId> PartitionIds { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedStore Store { get; }

    public SimulatedLinks Links { get; }

    /// <summary>What batches are as bytes, for links that carry bytes.</summary>
    public BatchCodec Batches { get; } = new();

    public ImmutableArray<SimulatedBroker> Brokers { get; }

    public PartitionTruth[] Truths { get; }

    /// <summary>Sends a message over the link to a broker's process; when that has died meanwhile, it is lost.</summary>
    public void Send(BrokerProcess from, int to, ReplicaMessage message, IReadOnlyList<SimulatedBatch>? records)
    {
        RdmaEnd? end = from.EndTo(to);
        if (!from.Links.Contains(to) || (end is null && Brokers[to].Process is null)) return;
        World.Say($"{from.BrokerId} -> {to}: {Describe(message)}");
        World.Trace.Step(((long)from.BrokerId << 32) | (uint)to, ((long)message.Kind << 48) | message.EndOffset);
        if (end is not null)
        {
            end.Send(message, records);
            return;
        }

        BrokerProcess target = Brokers[to].Process!;
        Network.Send(from.BrokerId, to, () => target.Run(() => Receive(target, from.BrokerId, message, records)));
    }

    /// <summary>Whether the link to a broker takes more records now.</summary>
    public static bool HasRoom(BrokerProcess from, int to) => from.EndTo(to) is not { HasRoom: false };

    /// <summary>A message has arrived in a broker's process.</summary>
    public void Receive(BrokerProcess target, int from, ReplicaMessage message, IReadOnlyList<SimulatedBatch>? records)
    {
        World.Say($"{target.BrokerId} <- {from}: {Describe(message)}");
        target.Replica(message.Partition.Index)?.OnMessage(from, message, records);
    }

    /// <summary>A disk has lost something: perhaps a partition's last good copy.</summary>
    public void OnDataLost()
    {
        foreach (PartitionTruth truth in Truths) truth.Judge();
    }

    private static string Describe(in ReplicaMessage message) =>
        $"{message.Kind} partition {message.Partition.Index} epoch {message.LeaderEpoch} session {message.Session:x} " +
        $"[{message.StartOffset},{message.EndOffset}) last epoch {message.LastEpoch} flushed {message.FlushedOffset} " +
        $"watermark {message.HighWatermark} start {message.LogStartOffset}";
}
