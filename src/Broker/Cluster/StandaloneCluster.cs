using System.Collections.Immutable;
using LogStore.Broker.Diagnostics;
using LogStore.Broker.Network;
using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.Replicator;
using LogStore.Topics;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Cluster;

/// <summary>A cluster of one broker: its topics are those of its data directory, and it leads all partitions.</summary>
internal sealed class StandaloneCluster : ICluster
{
    /// <summary>
    /// How many logs are opened at a time. Opening one is mostly waiting for the disk, which makes the names of several durable
    /// in one go; but each takes a thread meanwhile, of which requests need some.
    /// </summary>
    private const int OpenedAtATime = 8;

    private readonly DataDirectory _directory;
    private readonly BrokerIdentity _identity;
    private readonly BrokerOptions _options;
    private readonly ILogger _logger;
    private readonly ImmutableArray<int> _self;
    private readonly Callbacks<ICluster> _changed = new();

    // A topic's catalog entry and its partitions change together: what is deleted while it is being made would leave
    // partitions behind.
    private readonly SemaphoreSlim _changes = new(1, 1);
    private AdvertisedEndpoints _endpoints = new([], []);
    private volatile string? _deleting;
    private volatile bool _isStopping;

    public StandaloneCluster(DataDirectory directory, BrokerIdentity identity, BrokerOptions options, ILogger logger)
    {
        _directory = directory;
        _identity = identity;
        _options = options;
        _logger = logger;
        _self = [identity.BrokerId];
        Partitions = new PartitionTable(WhyAbsent);
    }

    /// <summary>The partitions, which it puts there and takes out.</summary>
    public PartitionTable Partitions { get; }

    public string ClusterId => _identity.ClusterId;

    public int BrokerId => _identity.BrokerId;

    public int ControllerId => _identity.BrokerId;

    public ImmutableArray<int> LiveBrokers => _self;

    public IReadOnlyList<Topic> Topics => _directory.Topics;

    public Topic? FindTopic(string name) => name == _deleting ? null : _directory.FindTopic(name);

    public IReadOnlyList<ClusterNode> NodesFor(ConnectionInfo connection)
    {
        (string host, int port) = _endpoints.For(connection);
        return [new ClusterNode(BrokerId, host, port, _options.Rack)];
    }

    public PartitionPlacement PlacementOf(Topic topic, int index)
    {
        ErrorCode error = Partitions.Find(topic.Name, index, out Partition partition);
        bool isServed = error == ErrorCode.None;
        return new PartitionPlacement
        {
            LeaderId = isServed ? BrokerId : PartitionPlacement.NoLeader,
            LeaderEpoch = isServed ? partition.LeaderEpoch : -1,
            Replicas = _self,
            InSyncReplicas = isServed ? _self : [],
            OfflineReplicas = isServed ? [] : _self,
        };
    }

    public void AddChangeListener(Action<ICluster> listener) => _changed.Add(listener);

    public void RemoveChangeListener(Action<ICluster> listener) => _changed.Remove(listener);

    /// <summary>
    /// Opens the logs of all topics. One that cannot be opened is reported and left out: the others are served.
    /// </summary>
    public async ValueTask StartAsync(IReadOnlyList<ListenerOptions> listeners, CancellationToken cancellationToken)
    {
        _endpoints = new AdvertisedEndpoints(listeners, _options.AdvertisedListeners);
        foreach (Topic topic in Topics) await OpenAsync(topic, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Topic> CreateTopicAsync(NewTopic topic, CancellationToken cancellationToken = default)
    {
        if (topic.ReplicationFactor != 1) throw new InvalidReplicationFactorException(topic.ReplicationFactor, brokers: 1);
        Topic? made = null;
        await ChangeAsync(
            async () =>
            {
                made = await _directory.CreateTopicAsync(topic.Name, topic.PartitionCount, topic.Config, cancellationToken)
                    .ConfigureAwait(false);
                await OpenAsync(made, CancellationToken.None).ConfigureAwait(false);
                BrokerEvents.CreatedTopic(_logger, topic.Name, topic.PartitionCount);
            },
            cancellationToken).ConfigureAwait(false);
        return made!;
    }

    public ValueTask AddPartitionsAsync(
        string name, int partitionCount, IReadOnlyList<ImmutableArray<int>>? assignments = null,
        CancellationToken cancellationToken = default) => ChangeAsync(
        async () =>
        {
            Topic topic = await _directory.AddPartitionsAsync(name, partitionCount, cancellationToken).ConfigureAwait(false);
            await OpenAsync(topic, CancellationToken.None).ConfigureAwait(false);
        },
        cancellationToken);

    public ValueTask AlterTopicAsync(
        string name, Func<LogConfig, LogConfig> change, CancellationToken cancellationToken = default) => ChangeAsync(
        async () =>
        {
            LogConfig config = change(_directory.GetTopic(name).Config);
            await _directory.AlterTopicAsync(name, config, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    public ValueTask DeleteTopicAsync(string name, CancellationToken cancellationToken = default) => ChangeAsync(
        async () =>
        {
            Topic topic = _directory.GetTopic(name);
            // From here on there is no such topic for clients, those that are woken below the first.
            _deleting = name;
            try
            {
                for (int index = 0; index < topic.PartitionCount; index++)
                {
                    if (Partitions.FindReplica(name, index) is { } partition) Partitions.Remove(partition);
                }

                await _directory.DeleteTopicAsync(name, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _deleting = null;
            }

            BrokerEvents.DeletedTopic(_logger, name);
        },
        cancellationToken);

    public ValueTask<PartitionOutcome[]> ElectLeadersAsync(
        IReadOnlyList<(Topic Topic, int Index)> partitions, ElectionType type, TimeSpan timeout,
        CancellationToken cancellationToken = default)
    {
        ErrorCode unavailable = type == ElectionType.Preferred
            ? ErrorCode.PreferredLeaderNotAvailable
            : ErrorCode.EligibleLeadersNotAvailable;
        return ValueTask.FromResult<PartitionOutcome[]>(
        [
            .. partitions.Select(partition => PlacementOf(partition.Topic, partition.Index).LeaderId == BrokerId
                ? new PartitionOutcome(ErrorCode.ElectionNotNeeded, "The only replica leads already.")
                : new PartitionOutcome(unavailable, "The only replica cannot be used: see what the broker has logged.")),
        ]);
    }

    public ValueTask<PartitionOutcome> ReassignAsync(
        Topic topic, int index, ImmutableArray<int>? replicas, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(replicas is null
            ? new PartitionOutcome(ErrorCode.NoReassignmentInProgress, "No reassignment is under way.")
            : new PartitionOutcome(ErrorCode.None)); // There is but one broker, and it has the replica.

    public ValueTask HandOverAsync(TimeSpan timeout)
    {
        _isStopping = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends it; the directory belongs to whoever opened it.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        // A change may be under way that its client waits for no longer.
        await _changes.WaitAsync().ConfigureAwait(false);
        _changes.Dispose();
    }

    /// <summary>Its log could not be opened, or is about to be; or there is no such partition.</summary>
    private ErrorCode WhyAbsent(TopicPartition partition) =>
        FindTopic(partition.Topic) is { } topic && partition.Index >= 0 && partition.Index < topic.PartitionCount
            ? ErrorCode.KafkaStorageError
            : ErrorCode.UnknownTopicOrPartition;

    private async ValueTask ChangeAsync(Func<ValueTask> change, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await change().ConfigureAwait(false);
        }
        finally
        {
            _changes.Release();
        }

        _changed.Tell(this);
    }

    /// <summary>Opens the logs of a topic's partitions, but no more of them once the broker stops: the next start does.</summary>
    private Task OpenAsync(Topic topic, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, topic.PartitionCount).Where(index => Partitions.FindReplica(topic.Name, index) is null),
        new ParallelOptions { MaxDegreeOfParallelism = OpenedAtATime, CancellationToken = cancellationToken },
        (index, _) => _isStopping ? ValueTask.CompletedTask : OpenAsync(topic, index));

    private async ValueTask OpenAsync(Topic topic, int index)
    {
        try
        {
            Log log = await _directory.OpenPartitionAsync(topic.Name, index).ConfigureAwait(false);
            Partitions.Add(new StandalonePartition(topic.Name, topic.Id, index, log));
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException)
        {
            BrokerEvents.PartitionFailed(_logger, topic.Name, index, exception);
        }
    }
}
