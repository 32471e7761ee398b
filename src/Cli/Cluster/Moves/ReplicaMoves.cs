using LogStore.Client;

namespace LogStore.Cli.Cluster.Moves;

/// <summary>Works out which replicas are to go where.</summary>
internal static class ReplicaMoves
{
    /// <summary>Has partitions stand on the brokers that are named.</summary>
    /// <param name="partitions">The partitions.</param>
    /// <param name="brokers">The brokers, the preferred leader first.</param>
    /// <param name="cluster">The cluster that they must be a part of.</param>
    public static IReadOnlyList<ReplicaMove> To(
        IEnumerable<TopicPartition> partitions, IReadOnlyList<int> brokers, ClusterDescription cluster)
    {
        foreach (int broker in brokers) CheckAlive(broker, cluster);
        if (brokers.Distinct().Count() < brokers.Count)
        {
            throw new UserErrorException(
                $"--to {string.Join(',', brokers)} names a broker twice; each has one replica of a partition", ExitCode.Usage);
        }

        return [.. partitions.Select(each => new ReplicaMove(each, brokers))];
    }

    /// <summary>
    /// Has nothing stand on a broker any more. Where it is, the least loaded broker comes in its place, of a rack in which the
    /// partition has the fewest replicas.
    /// </summary>
    /// <param name="drained">The broker; it may be gone already.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="topics">All its topics.</param>
    /// <exception cref="UserErrorException">There are too few other brokers, or no such broker.</exception>
    public static IReadOnlyList<ReplicaMove> Drain(
        int drained, ClusterDescription cluster, IReadOnlyList<TopicDescription> topics)
    {
        BrokerDescription[] others = [.. cluster.Brokers.Where(each => each.Id != drained)];
        PartitionDescription[] all = [.. topics.SelectMany(topic => topic.Partitions)];
        if (!all.Any(each => each.Replicas.Contains(drained))) CheckAlive(drained, cluster);
        Dictionary<int, int> loads = others.ToDictionary(
            each => each.Id, each => all.Count(partition => partition.Replicas.Contains(each.Id)));
        List<ReplicaMove> moves = [];
        foreach (TopicDescription topic in topics)
        {
            foreach (PartitionDescription partition in topic.Partitions.Where(each => each.Replicas.Contains(drained)))
            {
                TopicPartition key = new(topic.Name, partition.Partition);
                int substitute = Choose(key, partition, others, loads);
                loads[substitute]++;
                moves.Add(new ReplicaMove(key, [.. partition.Replicas.Select(each => each == drained ? substitute : each)]));
            }
        }

        return moves;
    }

    private static int Choose(
        TopicPartition key, PartitionDescription partition, BrokerDescription[] others, Dictionary<int, int> loads)
    {
        BrokerDescription[] free = [.. others.Where(each => !partition.Replicas.Contains(each.Id))];
        if (free.Length == 0)
        {
            throw new UserErrorException(
                $"{key} has {partition.Replicas.Count} replicas, and there are {others.Length} other brokers alive: start another " +
                "one, or give the topic fewer replicas with --to", ExitCode.Usage);
        }

        HashSet<int> staying = [.. partition.Replicas];
        string?[] racks = [.. others.Where(each => staying.Contains(each.Id)).Select(each => each.Rack)];
        return free
            .OrderBy(each => racks.Count(rack => rack is not null && rack == each.Rack))
            .ThenBy(each => loads[each.Id]).ThenBy(each => each.Id)
            .First().Id;
    }

    private static void CheckAlive(int broker, ClusterDescription cluster)
    {
        if (cluster.Brokers.Any(each => each.Id == broker)) return;
        throw new UserErrorException(
            $"there is no broker {broker}; alive are {string.Join(", ", cluster.Brokers.Select(each => each.Id))}", ExitCode.NotFound);
    }
}
