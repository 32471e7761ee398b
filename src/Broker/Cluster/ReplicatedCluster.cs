using System.Collections.Concurrent;
using System.Collections.Immutable;
using LogStore.Broker.Diagnostics;
using LogStore.Broker.Network;
using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.Replicator;
using LogStore.Replicator.Cluster;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Replicas;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Links;
using LogStore.Replicator.Transport.Tcp;
using LogStore.Topics;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Cluster;

/// <summary>A cluster of several brokers, as its members agree on it at the metadata store.</summary>
internal sealed class ReplicatedCluster : ICluster, IClusterListener
{
    private static readonly TimeSpan SightPatience = TimeSpan.FromSeconds(10);

    private readonly DataDirectory _directory;
    private readonly BrokerOptions _options;
    private readonly IMetadataStore _store;
    private readonly ILogger _logger;
    private readonly Callbacks<ICluster> _changed = new();
    private readonly ConcurrentDictionary<Replica, ReplicatedPartition> _replicas = new();
    private AdvertisedEndpoints _endpoints = new([], []);
    private ClusterMember? _member;

    public ReplicatedCluster(DataDirectory directory, int brokerId, BrokerOptions options, IMetadataStore store, ILogger logger)
    {
        _directory = directory;
        _options = options;
        _store = store;
        _logger = logger;
        BrokerId = brokerId;
        Partitions = new PartitionTable(WhyAbsent);
    }

    /// <summary>The partitions, which it puts there and takes out.</summary>
    public PartitionTable Partitions { get; }

    public string ClusterId => Member.ClusterId;

    public int BrokerId { get; }

    public int ControllerId => Image.ControllerId;

    public ImmutableArray<int> LiveBrokers => [.. Image.Brokers.Keys.Order()];

    public IReadOnlyList<Topic> Topics => [.. Image.Topics.Values];

    /// <summary>How the links to the other brokers are.</summary>
    public IReadOnlyList<LinkStatus> Links => Member.Links;

    public bool? IsStoreReachable => Member.IsStoreReachable;

    public Task Failure => Member.Failure;

    private ClusterMember Member => _member ?? throw new InvalidOperationException("The broker has not joined yet.");

    private ClusterImage Image => _member?.Image ?? ClusterImage.Empty;

    public Topic? FindTopic(string name) => Image.Topics.GetValueOrDefault(name);

    public IReadOnlyList<ClusterNode> NodesFor(ConnectionInfo connection)
    {
        string protocol = ListenerOptions.NameOf(connection.Protocol);
        List<ClusterNode> nodes = [];
        foreach (BrokerRegistration broker in Image.Brokers.Values.OrderBy(broker => broker.BrokerId))
        {
            if (broker.BrokerId == BrokerId)
            {
                // By the way that this client has come.
                (string host, int port) = _endpoints.For(connection);
                nodes.Add(new ClusterNode(BrokerId, host, port, broker.Rack));
            }
            else if (broker.Endpoints.FirstOrDefault(endpoint => endpoint.Protocol == protocol) is { } endpoint)
            {
                nodes.Add(new ClusterNode(broker.BrokerId, endpoint.Host, endpoint.Port, broker.Rack));
            }
        }

        return nodes;
    }

    public PartitionPlacement PlacementOf(Topic topic, int index)
    {
        ClusterImage image = Image;
        if (image.FindPartition(topic.Id, index) is not { } state)
            return new PartitionPlacement
            {
                LeaderId = PartitionPlacement.NoLeader,
                LeaderEpoch = -1,
                Replicas = [],
                InSyncReplicas = [],
            };
        // A leader that is known to be gone is none, whoever comes next.
        bool isLed = image.Brokers.ContainsKey(state.Leader);
        return new PartitionPlacement
        {
            LeaderId = isLed ? state.Leader : PartitionPlacement.NoLeader,
            LeaderEpoch = state.LeaderEpoch,
            Replicas = state.Replicas,
            InSyncReplicas = [.. state.InSyncReplicas.Select(replica => replica.BrokerId)],
            OfflineReplicas = [.. state.Replicas.Where(replica => !image.Brokers.ContainsKey(replica))],
            AddingReplicas = state.Added,
            RemovingReplicas = state.Target.IsEmpty ? [] : [.. state.Replicas.Where(replica => !state.Target.Contains(replica))],
        };
    }

    public void AddChangeListener(Action<ICluster> listener) => _changed.Add(listener);

    public void RemoveChangeListener(Action<ICluster> listener) => _changed.Remove(listener);

    public async ValueTask StartAsync(IReadOnlyList<ListenerOptions> listeners, CancellationToken cancellationToken)
    {
        _endpoints = new AdvertisedEndpoints(listeners, _options.AdvertisedListeners);
        ClusterOptions cluster = _options.Cluster;
        _member = await ClusterMember.CreateAsync(
            new ClusterMemberOptions
            {
                BrokerId = BrokerId,
                ClusterId = BrokerIdentity.TryRead(_directory.Directory)?.ClusterId,
                Directory = _directory,
                Store = _store,
                CreateTransport = CreateTransport,
                Endpoints =
                [
                    .. _endpoints.All.Select(listener => new BrokerEndpoint(
                        ListenerOptions.NameOf(listener.Protocol), listener.Host, listener.Port)),
                ],
                ReplicationAddress = cluster.ReplicationAdvertisedListener is { } advertised
                    ? (advertised.Host, advertised.Port)
                    : null,
                Rack = _options.Rack,
                SessionTimeout = cluster.SessionTimeout,
                LagTimeMax = cluster.ReplicaLagTimeMax,
                PreferredLeaderInterval = cluster.AutoLeaderRebalance ? cluster.LeaderImbalanceCheckInterval : TimeSpan.Zero,
                TimeProvider = _options.TimeProvider,
                LoggerFactory = _options.LoggerFactory,
            },
            this, cancellationToken).ConfigureAwait(false);
        BrokerIdentity.Load(_directory.Directory, BrokerId, _member.ClusterId);
        await _member.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Topic> CreateTopicAsync(NewTopic topic, CancellationToken cancellationToken = default)
    {
        Topic made = topic.Assignments is { } replicas
            ? await Member.Admin.CreateTopicAsync(topic.Name, replicas, topic.Config, cancellationToken).ConfigureAwait(false)
            : await Member.Admin.CreateTopicAsync(
                topic.Name, topic.PartitionCount, topic.ReplicationFactor, topic.Config, cancellationToken).ConfigureAwait(false);
        await SeenAsync(
            image => image.Topics.ContainsKey(topic.Name) && IsLed(image, made), cancellationToken).ConfigureAwait(false);
        BrokerEvents.CreatedTopic(_logger, topic.Name, topic.PartitionCount);
        return made;
    }

    public async ValueTask DeleteTopicAsync(string name, CancellationToken cancellationToken = default)
    {
        Topic? topic = FindTopic(name);
        await Member.Admin.DeleteTopicAsync(name, cancellationToken).ConfigureAwait(false);
        await SeenAsync(
            image => topic is null || !image.TopicsById.ContainsKey(topic.Id), cancellationToken).ConfigureAwait(false);
        BrokerEvents.DeletedTopic(_logger, name);
    }

    public async ValueTask AddPartitionsAsync(
        string name, int partitionCount, IReadOnlyList<ImmutableArray<int>>? assignments = null,
        CancellationToken cancellationToken = default)
    {
        await Member.Admin.AddPartitionsAsync(name, partitionCount, assignments, cancellationToken).ConfigureAwait(false);
        await SeenAsync(
            image => image.Topics.GetValueOrDefault(name)?.PartitionCount >= partitionCount, cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask AlterTopicAsync(
        string name, Func<LogConfig, LogConfig> change, CancellationToken cancellationToken = default)
    {
        Topic changed = await Member.Admin.AlterTopicAsync(name, change, cancellationToken).ConfigureAwait(false);
        await SeenAsync(
            image => image.Topics.GetValueOrDefault(name)?.Config == changed.Config, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<PartitionOutcome[]> ElectLeadersAsync(
        IReadOnlyList<(Topic Topic, int Index)> partitions, ElectionType type, TimeSpan timeout,
        CancellationToken cancellationToken = default)
    {
        if (!Member.IsController)
            return [.. partitions.Select(_ => new PartitionOutcome(
                ErrorCode.NotController, $"Broker {ControllerId} is the controller: ask there."))];
        bool isPreferred = type == ElectionType.Preferred;
        PartitionOutcome[] outcomes =
            [.. partitions.Select(each => JudgeElection(PlacementOf(each.Topic, each.Index), isPreferred))];
        PartitionId[] wanted =
        [
            .. partitions.Where((_, index) => outcomes[index].Error == ErrorCode.RequestTimedOut)
                .Select(each => new PartitionId(each.Topic.Id, each.Index)),
        ];
        if (wanted.Length == 0) return outcomes;
        if (isPreferred) Member.ElectPreferred(wanted);
        else Member.ElectUnclean(wanted);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        try
        {
            await SeenAsync(
                image => Array.TrueForAll(wanted, each => IsElected(image, each, isPreferred)), patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Those that have come about are told all the same.
        }

        for (int index = 0; index < outcomes.Length; index++)
        {
            (Topic topic, int number) = partitions[index];
            if (outcomes[index].Error == ErrorCode.RequestTimedOut && IsElected(Image, new PartitionId(topic.Id, number), isPreferred))
                outcomes[index] = new PartitionOutcome(ErrorCode.None);
        }

        return outcomes;
    }

    public async ValueTask<PartitionOutcome> ReassignAsync(
        Topic topic, int index, ImmutableArray<int>? replicas, CancellationToken cancellationToken = default)
    {
        if (replicas is null && !PlacementOf(topic, index).IsReassigning)
            return new PartitionOutcome(ErrorCode.NoReassignmentInProgress, "No reassignment is under way.");
        try
        {
            long version = await Member.Admin.ReassignAsync(topic.Name, index, replicas, cancellationToken).ConfigureAwait(false);
            // Who asks next whether it is done must not be told so because it is not seen to have begun.
            await SeenAsync(
                image => image.FindPartition(topic.Id, index) is not { } state || state.Version >= version, cancellationToken)
                .ConfigureAwait(false);
            return new PartitionOutcome(ErrorCode.None);
        }
        catch (InvalidReplicaAssignmentException exception)
        {
            return new PartitionOutcome(ErrorCode.InvalidReplicaAssignment, exception.Message);
        }
    }

    public async ValueTask HandOverAsync(TimeSpan timeout)
    {
        if (_member is not null) await _member.LeaveAsync(timeout).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_member is not null) await _member.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
    }

    void IClusterListener.OnCluster(ClusterImage image) => _changed.Tell(this);

    void IClusterListener.OnOpened(Replica replica)
    {
        ReplicatedPartition partition = new(replica);
        _replicas[replica] = partition;
        Partitions.Add(partition);
        partition.OnChanged();
        // Whoever waits for a partition to be led waits for its log to be open, too.
        _changed.Tell(this);
    }

    void IClusterListener.OnChanged(Replica replica)
    {
        if (_replicas.TryGetValue(replica, out ReplicatedPartition? partition)) partition.OnChanged();
    }

    void IClusterListener.OnClosed(Replica replica)
    {
        if (_replicas.TryRemove(replica, out ReplicatedPartition? partition)) Partitions.Remove(partition);
    }

    private TcpReplicaTransport CreateTransport(string clusterId)
    {
        ListenerOptions listener = _options.Cluster.ReplicationListener;
        LinkDataPlane? dataPlane = CreateDataPlane();
        return new TcpReplicaTransport(new ReplicaTransportOptions
        {
            BrokerId = BrokerId,
            ClusterId = clusterId,
            Host = listener.Host,
            Port = listener.Port,
            Secret = System.Text.Encoding.UTF8.GetBytes(_options.Cluster.ReplicationSecret ?? ""),
            AllowInsecure = _options.AllowInsecureListeners,
            DataPlane = dataPlane,
            MaxPayloadBytes = Math.Max(_options.MaxRequestBytes, 1024 * 1024),
            TimeProvider = _options.TimeProvider,
            Logger = _logger,
        });
    }

    private LinkDataPlane? CreateDataPlane()
    {
        if (_options.Cluster.ReplicationTransport == ReplicationTransport.Tcp) return null;
        if (_options.Cluster.CreateDataPlane is { } create) return create(_options);
        return _options.Cluster.ReplicationTransport == ReplicationTransport.Auto
            ? null
            : throw new InvalidConfigException("replication.transport", "this program brings no RDMA");
    }

    private ErrorCode WhyAbsent(TopicPartition partition) =>
        FindTopic(partition.Topic) is { } topic && partition.Index >= 0 && partition.Index < topic.PartitionCount
            ? ErrorCode.NotLeaderOrFollower
            : ErrorCode.UnknownTopicOrPartition;

    private bool IsLed(ClusterImage image, Topic topic)
    {
        for (int index = 0; index < topic.PartitionCount; index++)
        {
            if (image.FindPartition(topic.Id, index) is not { } state) return false;
            if (state.Leader == BrokerId && Partitions.Find(topic.Name, index, out _) != ErrorCode.None) return false;
        }

        return true;
    }

    private static PartitionOutcome JudgeElection(PartitionPlacement placement, bool isPreferred)
    {
        if (isPreferred)
        {
            if (placement.Replicas is [var preferred, ..] && placement.LeaderId == preferred)
                return new PartitionOutcome(ErrorCode.ElectionNotNeeded, "The preferred replica leads already.");
            if (placement.Replicas is not [var first, ..] || !placement.InSyncReplicas.Contains(first))
                return new PartitionOutcome(ErrorCode.PreferredLeaderNotAvailable, "The preferred replica is not in sync.");
        }
        else if (placement.LeaderId != PartitionPlacement.NoLeader)
        {
            return new PartitionOutcome(ErrorCode.ElectionNotNeeded, $"Broker {placement.LeaderId} leads.");
        }
        else if (placement.Replicas.All(placement.OfflineReplicas.Contains))
        {
            return new PartitionOutcome(ErrorCode.EligibleLeadersNotAvailable, "No replica is alive.");
        }

        return new PartitionOutcome(ErrorCode.RequestTimedOut, "It has not come about in time.");
    }

    private static bool IsElected(ClusterImage image, PartitionId partition, bool isPreferred) =>
        !image.Partitions.TryGetValue(partition, out PartitionState? state) ||
        // One that is gone may still be named for a moment.
        (isPreferred ? state.Leader == state.Replicas[0] : image.Brokers.ContainsKey(state.Leader));

    /// <summary>
    /// Waits until this broker sees what has been changed. What is not seen in time is left at that: the change was made.
    /// </summary>
    private async Task SeenAsync(Func<ClusterImage, bool> isSeen, CancellationToken cancellationToken)
    {
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(ICluster cluster)
        {
            if (isSeen(Image)) seen.TrySetResult();
        }

        _changed.Add(Look);
        try
        {
            Look(this);
            await seen.Task.WaitAsync(SightPatience, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // As when the metadata store has gone away just then.
        }
        finally
        {
            _changed.Remove(Look);
        }
    }
}
