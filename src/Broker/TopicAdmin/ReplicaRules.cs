using System.Collections.Immutable;
using LogStore.Broker.Cluster;
using LogStore.KafkaProtocol;

namespace LogStore.Broker.TopicAdmin;

/// <summary>What replicas a client may ask for: they stand on different brokers, and these are alive.</summary>
internal static class ReplicaRules
{
    /// <summary>Checks a number of replicas.</summary>
    public static PartitionOutcome CheckFactor(ICluster cluster, int factor)
    {
        int brokers = cluster.LiveBrokers.Length;
        return factor >= 1 && factor <= brokers
            ? default
            : new PartitionOutcome(
                ErrorCode.InvalidReplicationFactor,
                $"Replication factor {factor} needs as many brokers; there {(brokers == 1 ? "is 1" : $"are {brokers}")}.");
    }

    /// <summary>Checks the replicas of one partition.</summary>
    public static PartitionOutcome Check(ICluster cluster, ImmutableArray<int> replicas)
    {
        if (replicas.IsEmpty) return Refused("A partition has at least one replica.");
        if (replicas.Distinct().Count() != replicas.Length)
            return Refused($"A broker has one replica of a partition: [{string.Join(", ", replicas)}] names one twice.");
        ImmutableArray<int> live = cluster.LiveBrokers;
        foreach (int broker in replicas)
        {
            if (!live.Contains(broker))
                return Refused($"There is no broker {broker} at the moment; there are [{string.Join(", ", live)}].");
        }

        return default;
    }

    /// <summary>Checks the replicas of several partitions, of which each has as many.</summary>
    public static PartitionOutcome Check(ICluster cluster, IReadOnlyList<ImmutableArray<int>> assignments)
    {
        foreach (ImmutableArray<int> replicas in assignments)
        {
            if (Check(cluster, replicas) is { Error: not ErrorCode.None } refused) return refused;
            if (replicas.Length != assignments[0].Length) return Refused("All partitions have as many replicas.");
        }

        return default;
    }

    private static PartitionOutcome Refused(string message) => new(ErrorCode.InvalidReplicaAssignment, message);
}
