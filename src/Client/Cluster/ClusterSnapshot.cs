using LogStore.Client.Connections;
using LogStore.KafkaProtocol.Cluster;

namespace LogStore.Client.Cluster;

/// <summary>What was last heard of the cluster. Never changes.</summary>
internal sealed class ClusterSnapshot
{
    public static readonly ClusterSnapshot Empty = new();

    private readonly Dictionary<int, BrokerAddress> _nodes = [];
    private readonly Dictionary<string, TopicSnapshot> _topics = new(StringComparer.Ordinal);

    private ClusterSnapshot()
    {
    }

    public ClusterSnapshot(MetadataResponse response, ClusterSnapshot previous)
    {
        Version = previous.Version + 1;
        ControllerId = response.ControllerId;
        foreach (MetadataResponse.Broker broker in response.Brokers)
            _nodes[broker.NodeId] = new(broker.Host, broker.Port);
        foreach (MetadataResponse.Topic topic in response.Topics)
            _topics[topic.Name] = new TopicSnapshot(topic, previous.Find(topic.Name));
    }

    /// <summary>Counts the snapshots, so that nobody refreshes what somebody else has just refreshed.</summary>
    public int Version { get; }

    /// <summary>The controller's number; -1 if it is not known.</summary>
    public int ControllerId { get; } = -1;

    public IReadOnlyDictionary<int, BrokerAddress> Nodes => _nodes;

    public IReadOnlyCollection<TopicSnapshot> Topics => _topics.Values;

    public TopicSnapshot? Find(string topic) => _topics.GetValueOrDefault(topic);

    /// <summary>The partition's leader; null if it has none, or is not known.</summary>
    public LeaderSnapshot? FindLeader(TopicPartition partition) =>
        Find(partition.Topic) is { } topic &&
        topic.Leaders.TryGetValue(partition.Partition, out LeaderSnapshot leader) &&
        _nodes.ContainsKey(leader.NodeId)
            ? leader
            : null;
}

/// <summary>What was last heard of a topic.</summary>
internal sealed class TopicSnapshot
{
    public TopicSnapshot(MetadataResponse.Topic topic, TopicSnapshot? previous)
    {
        Name = topic.Name;
        Id = topic.TopicId;
        ErrorCode = topic.ErrorCode;
        IsInternal = topic.IsInternal;
        PartitionCount = topic.Partitions.Length;
        foreach (MetadataResponse.Partition partition in topic.Partitions)
        {
            var leader = new LeaderSnapshot(partition.LeaderId, partition.LeaderEpoch);
            // A broker that lags behind must not bring back a leader that was replaced (KIP-320).
            if (previous is not null && previous.Id == Id &&
                previous.Leaders.TryGetValue(partition.PartitionIndex, out LeaderSnapshot known) &&
                leader.Epoch >= 0 && known.Epoch > leader.Epoch)
                leader = known;
            Leaders[partition.PartitionIndex] = leader;
        }
    }

    public string Name { get; }

    /// <summary>Its id; empty if the broker does not tell ids.</summary>
    public Guid Id { get; }

    public ErrorCode ErrorCode { get; }

    public bool IsInternal { get; }

    public int PartitionCount { get; }

    /// <summary>By partition.</summary>
    public Dictionary<int, LeaderSnapshot> Leaders { get; } = [];
}

/// <summary>A partition's leader.</summary>
/// <param name="NodeId">The broker; -1 if there is none.</param>
/// <param name="Epoch">Its epoch; -1 if it is not known.</param>
internal readonly record struct LeaderSnapshot(int NodeId, int Epoch);
