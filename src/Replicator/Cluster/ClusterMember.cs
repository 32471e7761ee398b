using System.Text;
using LogStore.Replicator.Diagnostics;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Replicas;
using LogStore.Replicator.Transport;
using LogStore.Topics;
using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Cluster;

/// <summary>
/// A broker's part in a cluster: it is registered at the authority, follows what is decided there, holds the replicas that it
/// is to hold, and stands for controller.
/// </summary>
/// <remarks>
/// Thread-safe. While the metadata store cannot be reached everything goes on that needs no decision: what is led here is
/// led on, and followers follow.
/// </remarks>
public sealed class ClusterMember : IAsyncDisposable, IReplicaHost
{
    private static readonly TimeSpan LeastRetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostRetryPause = TimeSpan.FromMinutes(1);

    private readonly ClusterMemberOptions _options;
    private readonly IClusterListener _listener;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ImageBuilder _builder = new();
    private readonly ReplicaLinks _links = new();
    private readonly PartitionWriter _writer;
    private readonly ReplicaManager _replicas;
    private readonly FailedReplicas _failed;
    private readonly Reconciler _reconciler;
    private readonly ControllerRole _controller;
    private readonly Registration _registration;
    private readonly IReplicaTransport _transport;
    private readonly DirectoryLife _life;
    private readonly SemaphoreSlim _reconcile = new(0);
    private readonly TaskCompletionSource _firstImage = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<(int BrokerId, long Epoch)> _endedPeers = [];
    private readonly ITimer? _electionTimer;
    private Task _watching = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private Task _reconciling = Task.CompletedTask;
    private Task _renewing = Task.CompletedTask;
    private ClusterImage _image = ClusterImage.Empty;
    private volatile bool _isLeaving;
    private bool _isDisposed;

    private ClusterMember(
        ClusterMemberOptions options, IClusterListener listener, string clusterId, long epoch, DirectoryLife life)
    {
        _options = options;
        _listener = listener;
        _life = life;
        _logger = options.LoggerFactory.CreateLogger<ClusterMember>();
        ClusterId = clusterId;
        Self = new LiveBroker(options.BrokerId, epoch, life.IntactSince, life.CreatedIn);
        _writer = new PartitionWriter(options.Store, options.TimeProvider);
        _replicas = new ReplicaManager(
            new ReplicaServices(_links, this, options.LagTimeMax, options.TimeProvider, _logger), OnRefused);
        _failed = new FailedReplicas(Self, options.Store, _replicas, options.TimeProvider, _stopping.Token);
        _reconciler = new Reconciler(Self, options.Directory, _replicas, _failed, listener, _logger);
        _transport = options.CreateTransport(clusterId);
        _transport.Start(_replicas);
        _transport.SetSession(epoch);
        _registration = new Registration(
            options.Store,
            new BrokerRegistration
            {
                BrokerId = options.BrokerId,
                Epoch = epoch,
                IntactSince = life.IntactSince,
                CreatedIn = life.CreatedIn,
                Rack = options.Rack,
                Endpoints = options.Endpoints,
                Replication = ReplicationEndpoint(options, _transport),
            },
            _failed, options.SessionTimeout, options.TimeProvider, _logger);
        _controller = new ControllerRole(
            options.BrokerId, options.Store, _writer, () => _registration.Lease, options.TimeProvider, _logger, _stopping.Token);
        Admin = new ClusterAdmin(options.Store, () => Image);
        if (options.PreferredLeaderInterval > TimeSpan.Zero)
            _electionTimer = options.TimeProvider.CreateTimer(
                _ => _controller.ElectPreferred(), null, options.PreferredLeaderInterval, options.PreferredLeaderInterval);
    }

    /// <summary>The cluster's id.</summary>
    public string ClusterId { get; }

    /// <summary>This broker, in its present life.</summary>
    public LiveBroker Self { get; }

    /// <summary>The cluster as this broker knows it.</summary>
    public ClusterImage Image => Volatile.Read(ref _image);

    /// <summary>Changes the cluster's topics and partitions.</summary>
    public ClusterAdmin Admin { get; }

    /// <summary>Whether this broker elects leaders.</summary>
    public bool IsController => _controller.IsController;

    /// <summary>Whether the metadata store answers.</summary>
    public bool IsStoreReachable => _registration.IsStoreReachable;

    /// <summary>
    /// Fails, with the cause, when the broker can no longer take part; whoever holds the member disposes it then. It ends in no
    /// other way.
    /// </summary>
    public Task Failure => _failure.Task;

    /// <summary>All replicas here.</summary>
    public IEnumerable<Replica> Replicas => _replicas.All;

    /// <summary>The links to the peers.</summary>
    public IReadOnlyList<LinkStatus> Links => _transport.Links;

    /// <summary>Begins a life of a broker: agrees with the authority on who it is. <see cref="StartAsync"/> follows.</summary>
    /// <exception cref="InvalidConfigException">
    /// The data directory belongs to another cluster, or another broker has the same number.
    /// </exception>
    /// <exception cref="MetadataStoreException">The store cannot be reached.</exception>
    public static async ValueTask<ClusterMember> CreateAsync(
        ClusterMemberOptions options, IClusterListener listener, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(listener);
        if (options.Directory.Topics.Count > 0 && options.Directory.TryReadFile(DirectoryLife.FileName) is null)
            throw new InvalidConfigException(
                "metadata.store",
                $"'{options.Directory.Directory}' holds the topics of a broker that is alone; start the cluster with empty " +
                "directories, and copy the records over");
        string clusterId = await ClusterIdAsync(options, cancellationToken).ConfigureAwait(false);
        BrokerLife life = await BrokerLife.BeginAsync(
            options, options.LoggerFactory.CreateLogger<ClusterMember>(), cancellationToken).ConfigureAwait(false);
        return new ClusterMember(options, listener, clusterId, life.Epoch, life.Directory);
    }

    /// <summary>Opens the replicas that are this broker's, and joins: on return it is a broker among others.</summary>
    /// <exception cref="InvalidConfigException">Another broker has begun a life by the same number since.</exception>
    /// <exception cref="MetadataStoreException">The store cannot be reached.</exception>
    public async ValueTask StartAsync(CancellationToken cancellationToken = default)
    {
        _watching = SuperviseAsync(Task.Run(WatchAsync, CancellationToken.None));
        _writing = SuperviseAsync(_writer.Running);
        await _firstImage.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        // Who is alive can serve: what has to be recovered is recovered before.
        Task reconciled = _reconciler.RunAsync(() => Image);
        _reconciling = SuperviseAsync(reconciled);
        await reconciled.WaitAsync(cancellationToken).ConfigureAwait(false);
        _reconciling = SuperviseAsync(Task.Run(ReconcileAsync, CancellationToken.None));
        await _registration.StartAsync(cancellationToken).ConfigureAwait(false);
        _renewing = SuperviseAsync(_registration.Renewing);
        ReplicaEvents.Joined(_logger, Self.BrokerId, ClusterId, Self.Epoch, Self.IntactSince);
    }

    /// <summary>The replica here of a partition; null when there is none.</summary>
    public Replica? FindReplica(Guid topic, int index) => _replicas.Find(new PartitionId(topic, index));

    /// <summary>Has preferred replicas lead again; does nothing on a broker that is not the controller.</summary>
    public void ElectPreferred(IReadOnlyCollection<PartitionId>? partitions = null) => _controller.ElectPreferred(partitions);

    /// <summary>
    /// Has any live replica lead where none that is in sync can: acknowledged records may be lost. Does nothing on a broker that
    /// is not the controller.
    /// </summary>
    public void ElectUnclean(IReadOnlyCollection<PartitionId> partitions) => _controller.ElectUnclean(partitions);

    /// <summary>Hands over what this broker leads to others that can lead it, as far as that goes in the time given.</summary>
    public async Task LeaveAsync(TimeSpan timeout)
    {
        if (Failure.IsCompleted) return; // Its lease goes when it is disposed, and the others take over.
        ReplicaEvents.Leaving(_logger, Self.BrokerId);
        try
        {
            await _registration.SetStoppingAsync(_stopping.Token).WaitAsync(timeout, _options.TimeProvider).ConfigureAwait(false);
            _isLeaving = true;
            TellIfLeft(Image);
            await _left.Task.WaitAsync(timeout, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MetadataStoreException or TimeoutException)
        {
            // The others find out by themselves.
        }
    }

    /// <summary>Leaves the cluster as it is: the broker is registered no longer, and everything it holds is durable.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_electionTimer is not null) await _electionTimer.DisposeAsync().ConfigureAwait(false);
        // First: nobody is to find the port closed of a broker that is still held for alive.
        await _registration.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_watching, _writing, _reconciling, _renewing).ConfigureAwait(false);
        Replica[] replicas = [.. _replicas.All];
        _replicas.Dispose();
        // What could not be opened may have lain in the page cache only since an earlier life.
        bool isDurable = _reconciler.IsDone;
        foreach (Replica replica in replicas)
        {
            try
            {
                await replica.Log.FlushAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is LogStoreException or ObjectDisposedException)
            {
                isDurable = false;
            }
        }

        if (isDurable) _life.End(_options.Directory);
        _failed.Dispose();
        _reconcile.Dispose();
        _stopping.Dispose();
    }

    void IReplicaHost.Propose(Replica replica, PartitionState state) => _writer.Write(
        replica.Id, state, controller: null, decided =>
        {
            if (decided is null) return;
            replica.OnState(decided);
        });

    void IReplicaHost.OnChanged(Replica replica) => _listener.OnChanged(replica);

    void IReplicaHost.ReportCondition(Replica replica) => _failed.Report(replica.Id);

    private static BrokerEndpoint ReplicationEndpoint(ClusterMemberOptions options, IReplicaTransport transport)
    {
        (string host, int port) = options.ReplicationAddress ?? transport.Address;
        return new BrokerEndpoint("REPLICATION", host, port == 0 ? transport.Address.Port : port);
    }

    private static async Task<string> ClusterIdAsync(ClusterMemberOptions options, CancellationToken cancellationToken)
    {
        if (options.ClusterId is null)
        {
            string made = Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            await options.Store.TransactAsync(
                new MetadataTransaction().If(ClusterKeys.Cluster, 0).Put(ClusterKeys.Cluster, Encoding.ASCII.GetBytes(made)),
                cancellationToken).ConfigureAwait(false);
        }

        MetadataEntry? entry = await options.Store.GetAsync(ClusterKeys.Cluster, cancellationToken).ConfigureAwait(false);
        string? found = entry is null ? null : Encoding.ASCII.GetString(entry.Value.Span);
        if (found is not null && (options.ClusterId ?? found) == found) return found;
        throw new InvalidConfigException(
            "metadata.store",
            $"'{options.Directory.Directory}' belongs to cluster {options.ClusterId}, but {options.Store} " +
            (found is null
                ? "holds no cluster: it is another store, or has lost what it held; name the cluster's store, or restore it"
                : $"is the store of cluster {found}; name the store of the directory's cluster, or an empty directory"));
    }

    /// <summary>
    /// A loop that ends before it is told to takes the broker with it: one that keeps its lease, but no longer hears or does what
    /// is decided, leads for nobody, and is never replaced.
    /// </summary>
    private async Task SuperviseAsync(Task loop)
    {
        try
        {
            await loop.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (_stopping.IsCancellationRequested || Failure.IsCompleted) return;
            ReplicaEvents.Ended(_logger, Self.BrokerId, exception);
            _failure.TrySetException(exception);
            _firstImage.TrySetException(exception);
        }
    }

    private async Task WatchAsync()
    {
        await foreach (MetadataUpdate update in _options.Store.WatchAsync(ClusterKeys.Root, _stopping.Token).ConfigureAwait(false))
        {
            CheckIsOurs(update);
            ClusterChanges changes = _builder.Apply(update);
            ClusterImage image = _builder.Image;
            Volatile.Write(ref _image, image);
            Tell(image, changes);
            _controller.OnChanges(_builder, changes);
            _listener.OnCluster(image);
            TellIfLeft(image);
            if (_firstImage.TrySetResult()) continue;
            if (_reconcile.CurrentCount == 0) _reconcile.Release();
        }
    }

    /// <summary>
    /// A store that has lost what it held, or went back in time, is the authority no longer: to take its word would mean to give
    /// up logs that are needed, and to hand out ids of producers twice.
    /// </summary>
    private void CheckIsOurs(MetadataUpdate update)
    {
        MetadataEntry? cluster = update.Put.FirstOrDefault(entry => entry.Key == ClusterKeys.Cluster);
        bool isOurs = cluster is null
            ? !update.IsSnapshot && !update.Deleted.Contains(ClusterKeys.Cluster)
            : Encoding.ASCII.GetString(cluster.Value.Span) == ClusterId;
        if (!isOurs)
            throw new InvalidMetadataStoreException(
                $"{_options.Store} no longer holds cluster {ClusterId}: it has lost what it held, or became another cluster's; " +
                "restore it, then start the brokers again. Their logs are untouched.");
        if (update.Revision < Image.Revision)
            throw new InvalidMetadataStoreException(
                $"{_options.Store} went back from revision {Image.Revision} to {update.Revision}, as if restored from a backup; " +
                "start the brokers again to go on from there.");
    }

    /// <summary>Tells the replicas that are open of what concerns them.</summary>
    private void Tell(ClusterImage image, ClusterChanges changes)
    {
        bool peersChanged = changes.IsSnapshot;
        foreach ((string key, MetadataEntry? entry) in changes.Entries)
        {
            if (ClusterKeys.TryParsePartition(key, out PartitionId partition))
            {
                if (entry is not null) _replicas.Find(partition)?.OnState(image.Partitions[partition]);
            }
            else if (ClusterKeys.TryParseBroker(key, out int brokerId))
            {
                peersChanged = true;
                if (entry is null) _replicas.OnBrokerGone(brokerId);
                else _replicas.OnBroker(image.Brokers[brokerId].ToLiveBroker());
            }
            else if (ClusterKeys.TryParseFailed(key, out int failed, out PartitionId unserved))
            {
                _replicas.OnReplicaFailed(unserved, failed, hasFailed: entry is not null);
            }
            else if (entry is not null && key.StartsWith(ClusterKeys.Topics, StringComparison.Ordinal))
            {
                Topic topic = image.Topics[key[ClusterKeys.Topics.Length..]];
                for (int index = 0; index < topic.PartitionCount; index++) FindReplica(topic.Id, index)?.OnTopic(topic);
            }
        }

        if (!peersChanged) return;
        _transport.SetPeers(
        [
            .. image.Brokers.Values.Where(broker => broker.BrokerId != Self.BrokerId).Select(broker => new ReplicaPeer(
                broker.BrokerId, broker.Epoch, broker.Replication.Host, broker.Replication.Port)),
        ]);
    }

    private void TellIfLeft(ClusterImage image)
    {
        if (_isLeaving &&
            !image.Partitions.Values.Any(state => state.Leader == Self.BrokerId && state.InSyncReplicas.Length > 1))
            _left.TrySetResult();
    }

    private async Task ReconcileAsync()
    {
        TimeSpan pause = LeastRetryPause;
        while (true)
        {
            // What has failed is tried again by itself, too: a disk has room again, a log was repaired.
            bool hasChanged = await _reconcile.WaitAsync(
                _reconciler.IsDone ? Timeout.InfiniteTimeSpan : pause, _stopping.Token).ConfigureAwait(false);
            await _reconciler.RunAsync(() => Image).ConfigureAwait(false);
            pause = hasChanged || _reconciler.IsDone ? LeastRetryPause : pause < MostRetryPause ? pause * 2 : pause;
        }
    }

    /// <summary>
    /// A peer's process is gone: others need not wait for its lease to run out. Once for each life, as one that is alive all the
    /// same registers again, and it is its address that is wrong.
    /// </summary>
    private void OnRefused(ReplicaPeer peer)
    {
        lock (_endedPeers)
        {
            // Of an attempt that was under way while a link has come up, nothing follows.
            if (_links.Find(peer.BrokerId) is not null ||
                Image.Brokers.GetValueOrDefault(peer.BrokerId)?.Epoch != peer.Session ||
                !_endedPeers.Add((peer.BrokerId, peer.Session))) return;
        }

        _ = EndPeerAsync(peer);
    }

    private async Task EndPeerAsync(ReplicaPeer peer)
    {
        try
        {
            MetadataEntry? entry = await _options.Store.GetAsync(ClusterKeys.Broker(peer.BrokerId), _stopping.Token)
                .ConfigureAwait(false);
            if (entry is null || ClusterJson.ReadBroker(entry.Value).Epoch != peer.Session) return;
            ReplicaEvents.PeerGone(_logger, peer.BrokerId);
            await _options.Store.RevokeLeaseAsync(entry.Lease, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MetadataStoreException or OperationCanceledException)
        {
            lock (_endedPeers) _endedPeers.Remove((peer.BrokerId, peer.Session));
        }
    }
}
