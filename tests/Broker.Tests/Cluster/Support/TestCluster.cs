using System.Collections.Concurrent;
using System.Collections.Immutable;
using LogStore.Broker.Cluster;
using LogStore.Broker.Network;
using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.Replicator;
using LogStore.Topics;

namespace LogStore.Broker.Tests.Cluster.Support;

/// <summary>
/// A cluster of one real broker, number 1, and others that are but numbers. Leaders are what the test says; a new topic's
/// partitions are led by 1, 2, ... in turn.
/// </summary>
internal sealed class TestCluster : ICluster
{
    private readonly DataDirectory _directory;
    private readonly ConcurrentDictionary<TopicPartition, PartitionPlacement> _placements = new();
    private readonly Callbacks<ICluster> _changed = new();
    private IReadOnlyList<ListenerOptions> _listeners = [];

    public TestCluster(DataDirectory directory)
    {
        _directory = directory;
        Partitions = new PartitionTable(
            key => FindTopic(key.Topic) is { } topic && key.Index >= 0 && key.Index < topic.PartitionCount
                ? ErrorCode.NotLeaderOrFollower
                : ErrorCode.UnknownTopicOrPartition);
    }

    public PartitionTable Partitions { get; }

    public string ClusterId => "test";

    public int BrokerId => 1;

    public int ControllerId { get; set; } = 2;

    public ImmutableArray<int> LiveBrokers { get; set; } = [1, 2, 3];

    /// <summary>The brokers that have a listener for clients.</summary>
    public ImmutableArray<int> Reachable { get; set; } = [1, 2, 3];

    public bool? IsStoreReachable { get; set; }

    /// <summary>What the broker has to stop for.</summary>
    public TaskCompletionSource Failed { get; } = new();

    public Task Failure => Failed.Task;

    public IReadOnlyList<Topic> Topics => _directory.Topics;

    public NewTopic? LastCreated { get; private set; }

    public IReadOnlyList<ImmutableArray<int>>? LastAdded { get; private set; }

    public List<(string Topic, int Index, int[]? Replicas)> Reassigned { get; } = [];

    public PartitionOutcome Outcome { get; set; }

    public Topic? FindTopic(string name) => _directory.FindTopic(name);

    public IReadOnlyList<ClusterNode> NodesFor(ConnectionInfo connection) =>
    [
        .. LiveBrokers.Where(id => Reachable.Contains(id)).Select(
            id => new ClusterNode(id, "127.0.0.1", id == BrokerId ? _listeners[0].Port : id, $"rack{id}")),
    ];

    public PartitionPlacement PlacementOf(Topic topic, int index) => _placements[new TopicPartition(topic.Name, index)];

    /// <summary>Changes where a partition is; what this broker has of it follows.</summary>
    public TestPartition? Place(string topic, int index, Func<PartitionPlacement, PartitionPlacement> change)
    {
        TopicPartition key = new(topic, index);
        PartitionPlacement placement = change(_placements[key]);
        _placements[key] = placement;
        TestPartition? replica = (TestPartition?)Partitions.FindReplica(topic, index);
        if (placement.LeaderId == BrokerId) replica!.Lead(placement.LeaderEpoch);
        else replica?.Follow(placement.LeaderEpoch);
        _changed.Tell(this);
        return replica;
    }

    /// <summary>Has another broker lead a partition, in a new epoch.</summary>
    public TestPartition? SetLeader(string topic, int index, int leader) =>
        Place(topic, index, placement => placement with { LeaderId = leader, LeaderEpoch = placement.LeaderEpoch + 1 });

    public void AddChangeListener(Action<ICluster> listener) => _changed.Add(listener);

    public void RemoveChangeListener(Action<ICluster> listener) => _changed.Remove(listener);

    public async ValueTask<Topic> CreateTopicAsync(NewTopic topic, CancellationToken cancellationToken = default)
    {
        LastCreated = topic;
        if (topic.ReplicationFactor > LiveBrokers.Length)
            throw new InvalidReplicationFactorException(topic.ReplicationFactor, LiveBrokers.Length);
        Topic made = await _directory.CreateTopicAsync(topic.Name, topic.PartitionCount, topic.Config, cancellationToken);
        for (int index = 0; index < made.PartitionCount; index++)
        {
            int first = index;
            ImmutableArray<int> replicas = topic.Assignments?[index] ??
            [
                .. Enumerable.Range(0, topic.ReplicationFactor).Select(step => LiveBrokers[(first + step) % LiveBrokers.Length]),
            ];
            _placements[new TopicPartition(made.Name, index)] = new PartitionPlacement
            {
                LeaderId = replicas[0],
                LeaderEpoch = 0,
                Replicas = replicas,
                InSyncReplicas = replicas,
            };
            if (!replicas.Contains(BrokerId)) continue;
            Log log = await _directory.OpenPartitionAsync(made.Name, index);
            TestPartition partition = new(made.Name, made.Id, index, log);
            if (replicas[0] == BrokerId) partition.Lead(0);
            else partition.Follow(0);
            Partitions.Add(partition);
        }

        return made;
    }

    public async ValueTask DeleteTopicAsync(string name, CancellationToken cancellationToken = default) =>
        await _directory.DeleteTopicAsync(name, cancellationToken);

    public ValueTask AddPartitionsAsync(
        string name, int partitionCount, IReadOnlyList<ImmutableArray<int>>? assignments = null,
        CancellationToken cancellationToken = default)
    {
        LastAdded = assignments;
        return ValueTask.CompletedTask;
    }

    public async ValueTask AlterTopicAsync(
        string name, Func<LogConfig, LogConfig> change, CancellationToken cancellationToken = default) =>
        await _directory.AlterTopicAsync(name, change(_directory.GetTopic(name).Config), cancellationToken);

    public ValueTask<PartitionOutcome[]> ElectLeadersAsync(
        IReadOnlyList<(Topic Topic, int Index)> partitions, ElectionType type, TimeSpan timeout,
        CancellationToken cancellationToken = default) => ValueTask.FromResult<PartitionOutcome[]>(
    [
        .. partitions.Select(partition =>
        {
            PartitionPlacement placement = PlacementOf(partition.Topic, partition.Index);
            if (placement.LeaderId == placement.Replicas[0]) return new PartitionOutcome(ErrorCode.ElectionNotNeeded);
            SetLeader(partition.Topic.Name, partition.Index, placement.Replicas[0]);
            return default;
        }),
    ]);

    public ValueTask<PartitionOutcome> ReassignAsync(
        Topic topic, int index, ImmutableArray<int>? replicas, CancellationToken cancellationToken = default)
    {
        Reassigned.Add((topic.Name, index, replicas?.ToArray()));
        return ValueTask.FromResult(Outcome);
    }

    public ValueTask StartAsync(IReadOnlyList<ListenerOptions> listeners, CancellationToken cancellationToken)
    {
        _listeners = listeners;
        return ValueTask.CompletedTask;
    }

    public ValueTask HandOverAsync(TimeSpan timeout) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
