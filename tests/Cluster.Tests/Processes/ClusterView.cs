using LogStore.Client;

namespace LogStore.Cluster.Tests.Processes;

/// <summary>The cluster as a broker that serves shows it.</summary>
internal sealed class ClusterView(ClusterProcesses cluster)
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    public async Task CreateTopicAsync(string name, int partitions, params (string Key, string Value)[] configs)
    {
        await using AdminClient admin = Connect(cluster.Nodes[0]);
        await admin.CreateTopicAsync(new NewTopic(name, partitions, ReplicationFactor: 3)
        {
            Configs = configs.ToDictionary(each => each.Key, each => each.Value),
        });
    }

    /// <summary>The partitions of a topic, as one broker sees them.</summary>
    public async Task<IReadOnlyList<PartitionDescription>> DescribeAsync(string topic)
    {
        foreach (BrokerNode node in cluster.Nodes.Where(node => node.IsServing))
        {
            try
            {
                await using AdminClient admin = Connect(node);
                return (await admin.DescribeTopicsAsync([topic]))[0].Partitions;
            }
            catch (ClientException)
            {
                // It may be about to end; another one knows as well.
            }
        }

        return [];
    }

    /// <summary>The number of the broker that leads a partition; waits until there is one that serves.</summary>
    public async Task<int> LeaderOfAsync(int partition, string topic)
    {
        int leader = -1;
        await Poll.UntilAsync($"partition {partition} has a leader", async () =>
        {
            IReadOnlyList<PartitionDescription> partitions = await DescribeAsync(topic);
            leader = partitions.FirstOrDefault(each => each.Partition == partition)?.LeaderId ?? -1;
            return leader > 0 && cluster[leader].IsServing;
        });
        return leader;
    }

    /// <summary>Waits until a broker leads nothing of a topic.</summary>
    public Task WhenLeadsNothingAsync(int brokerId, string topic) => Poll.UntilAsync(
        $"broker {brokerId} leads nothing",
        async () => await DescribeAsync(topic) is { Count: > 0 } all && all.All(each => each.LeaderId > 0 && each.LeaderId != brokerId));

    /// <summary>Waits until a broker is in no partition's in-sync set.</summary>
    public Task WhenOutOfSyncAsync(int brokerId, string topic) => Poll.UntilAsync(
        $"broker {brokerId} is out of all in-sync sets",
        async () => await DescribeAsync(topic) is { Count: > 0 } all && all.All(each => !each.InSyncReplicas.Contains(brokerId)));

    /// <summary>Waits until some partition has nobody in sync but its leader.</summary>
    public Task WhenAnySetIsAloneAsync(string topic) => Poll.UntilAsync(
        "some partition's leader is alone in sync",
        async () => (await DescribeAsync(topic)).Any(each => each.InSyncReplicas.Count == 1));

    /// <summary>The number of the broker that is the controller.</summary>
    public async Task<int> ControllerAsync()
    {
        int controller = -1;
        await Poll.UntilAsync("there is a controller", async () =>
        {
            try
            {
                await using AdminClient admin = Connect(cluster.Nodes.First(node => node.IsServing));
                controller = (await admin.DescribeClusterAsync()).ControllerId;
            }
            catch (ClientException)
            {
                return false;
            }

            return controller > 0 && cluster[controller].IsServing;
        });
        return controller;
    }

    /// <summary>Waits until every replica of the workload's topic is in sync.</summary>
    public async Task WhenAllInSyncAsync(string topic = Workloads.Workload.Topic)
    {
        IReadOnlyList<PartitionDescription> seen = [];
        await Poll.UntilAsync(
            "all replicas are in sync",
            async () =>
            {
                seen = await DescribeAsync(topic);
                return seen.Count > 0 && seen.All(each => each.LeaderId > 0 && each.InSyncReplicas.Count == each.Replicas.Count);
            },
            () => string.Join("; ", seen.Select(each =>
                $"partition {each.Partition}: leader {each.LeaderId}, in sync {string.Join(',', each.InSyncReplicas)}")));
    }

    /// <summary>By way of one broker: what others would have to be asked for is not wanted.</summary>
    private static AdminClient Connect(BrokerNode node) => new(new ClientOptions
    {
        BootstrapServers = node.Address,
        RequestTimeout = AnswerPatience,
        ConnectTimeout = AnswerPatience,
        ApiTimeout = AnswerPatience * 2,
    });
}
