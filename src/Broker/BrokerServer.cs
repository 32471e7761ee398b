using System.Net;
using LogStore.Broker.Cluster;
using LogStore.Broker.Diagnostics;
using LogStore.Broker.Fetching;
using LogStore.Broker.Groups;
using LogStore.Broker.Groups.Apis;
using LogStore.Broker.Groups.Storage;
using LogStore.Broker.Network;
using LogStore.Broker.Partitions;
using LogStore.Broker.Producing;
using LogStore.Broker.Requests;
using LogStore.Broker.Security;
using LogStore.Broker.Security.Acls;
using LogStore.Broker.Security.Sasl;
using LogStore.Broker.TopicAdmin;
using LogStore.Broker.Transactions;
using LogStore.Replicator.Metadata;
using LogStore.Topics;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker;

/// <summary>
/// A broker: owns a data directory and serves it over the Kafka protocol, to the network and to its own process.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class BrokerServer : IAsyncDisposable
{
    private readonly BrokerOptions _options;
    private readonly ILogger _logger;
    private readonly DataDirectory _directory;
    private readonly ICluster _cluster;
    private readonly IAclStore _acls;
    private readonly ConnectionTable _connections;
    private readonly GroupCoordinator _groups;
    private readonly List<Listener> _listeners = [];
    private readonly List<Task> _accepting = [];
    private HealthEndpoint? _health;
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task? _stopping;
    private int _state = (int)BrokerState.Starting;

    private BrokerServer(
        BrokerOptions options, ILogger logger, DataDirectory directory, ICluster cluster, IAclStore acls,
        ConnectionTable connections, GroupCoordinator groups)
    {
        _options = options;
        _logger = logger;
        _directory = directory;
        _cluster = cluster;
        _acls = acls;
        _connections = connections;
        _groups = groups;
    }

    /// <summary>Where the broker is in its life.</summary>
    public BrokerState State => (BrokerState)Volatile.Read(ref _state);

    /// <summary>
    /// Fails, once the broker has stopped, if it had to stop by itself: it can no longer be one of its cluster. It ends in no
    /// other way.
    /// </summary>
    public Task Failure => _failure.Task;

    /// <summary>The broker's number.</summary>
    public int BrokerId => _cluster.BrokerId;

    /// <summary>The cluster's name for itself.</summary>
    public string ClusterId => _cluster.ClusterId;

    /// <summary>Where it listens, with the ports that were taken.</summary>
    public IReadOnlyList<ListenerOptions> Listeners => [.. _listeners.Select(listener => listener.Options)];

    /// <summary>How many connections there are.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Opens the data directory, recovering what a crash has left, and serves it on return.</summary>
    /// <exception cref="DirectoryInUseException">Another process owns the directory.</exception>
    /// <exception cref="ListenerException">An address cannot be listened on.</exception>
    /// <exception cref="InvalidConfigException">The settings contradict the directory or each other.</exception>
    /// <exception cref="CorruptLogException">The directory's catalog is damaged.</exception>
    public static ValueTask<BrokerServer> StartAsync(
        BrokerOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options, TakePlaceAsync, cancellationToken);

    /// <summary>The same, in a cluster that the caller makes.</summary>
    internal static async ValueTask<BrokerServer> StartAsync(
        BrokerOptions options, ClusterMaker makeCluster, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckListeners(options);
        ILogger logger = options.LoggerFactory.CreateLogger<BrokerServer>();
        DataDirectory directory = await DataDirectory.OpenAsync(
            new DataDirectoryOptions
            {
                Directory = options.Directory,
                Staging = options.Staging,
                TimeProvider = options.TimeProvider,
                LoggerFactory = options.LoggerFactory,
            },
            cancellationToken).ConfigureAwait(false);
        BrokerServer? server = null;
        ICluster? cluster = null;
        try
        {
            (cluster, PartitionTable partitions, IProducerIdSource producerIds, IAclStore acls) =
                await makeCluster(directory, options, logger, cancellationToken).ConfigureAwait(false);
            BrokerSecurity security = BrokerSecurity.Create(options, acls, logger);
            TopicFactory factory = new(cluster, options);
            GroupCoordinator groups = new(
                options.Groups, new OffsetsTopic(partitions, cluster, factory, options.Groups, options.TimeProvider),
                options.TimeProvider, logger);
            ApiTable apis = Compose(options, partitions, factory, cluster, producerIds, groups, security, logger);
            ConnectionTable connections = new(options, new RequestDispatcher(apis, logger), security, logger);
            server = new BrokerServer(options, logger, directory, cluster, acls, connections, groups);
            // Addresses are taken before the logs are opened: a port that is in use is found out at once, and clients that
            // come early wait in line.
            foreach (ListenerOptions listener in options.Listeners) server._listeners.Add(Listener.Bind(listener, logger));
            if (options.HealthListener is { } health)
                server._health = HealthEndpoint.Start(health, () => server.State, logger);
            if (security.Acls is not null) await security.Acls.StartAsync(cancellationToken).ConfigureAwait(false);
            await cluster.StartAsync(server.Listeners, cancellationToken).ConfigureAwait(false);
            groups.Start();
            server.Serve(partitions.Count);
            _ = server.StopWithClusterAsync();
            return server;
        }
        catch
        {
            if (server is not null)
            {
                await server.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            if (cluster is not null) await cluster.DisposeAsync().ConfigureAwait(false);
            await directory.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Connects from within the process: the stream speaks the protocol like a socket. For a client's
    /// <c>ClientOptions.Connect</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The broker is stopping.</exception>
    public Stream Connect()
    {
        if (State != BrokerState.Ready) throw new InvalidOperationException($"The broker is {State}; it takes no connections.");
        DuplexPipe pipe = new();
        _connections.Accept(pipe.BrokerSide, pipe.BrokerSide.Dispose);
        return pipe.ClientSide;
    }

    /// <summary>
    /// Stops: no new connections, requests under way are answered within <see cref="BrokerOptions.StopTimeout"/>, then all
    /// logs are flushed and closed. Called again, it waits for the same stop.
    /// </summary>
    public Task StopAsync()
    {
        lock (_gate) return _stopping ??= Task.Run(StopOnceAsync);
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>Whether the broker is alone or one of a cluster is decided here, and nowhere else.</summary>
    private static async ValueTask<ClusterParts> TakePlaceAsync(
        DataDirectory directory, BrokerOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        if (options.Cluster.MetadataStore is not { } uri)
        {
            BrokerIdentity identity = BrokerIdentity.Load(directory.Directory, options.BrokerId);
            StandaloneCluster alone = new(directory, identity, options, logger);
            return new ClusterParts(alone, alone.Partitions, new FileProducerIds(options.Directory), new FileAcls(options.Directory));
        }

        int brokerId = options.BrokerId ?? BrokerIdentity.TryRead(directory.Directory)?.BrokerId ??
            throw new InvalidConfigException("broker.id", "a broker of a cluster needs a number of its own; set it");
        IMetadataStore store = await MetadataStoreUri.Parse(uri).OpenAsync(options.AllowInsecureListeners, cancellationToken)
            .ConfigureAwait(false);
        ReplicatedCluster cluster = new(directory, brokerId, options, store, logger);
        return new ClusterParts(cluster, cluster.Partitions, new ClusterProducerIds(store), new ClusterAcls(store, logger));
    }

    /// <summary>Puts the APIs together: the one place that knows all of them.</summary>
    private static ApiTable Compose(
        BrokerOptions options, PartitionTable partitions, TopicFactory factory, ICluster cluster,
        IProducerIdSource producerIds, GroupCoordinator groups, BrokerSecurity security, ILogger logger)
    {
        ApiTable apis = new();
        FetchSessions sessions = new(options.MaxFetchSessions, options.TimeProvider);
        new ApiVersionsApi().Register(apis);
        new MetadataApi(factory, cluster).Register(apis);
        new ProduceApi(partitions, options.TimeProvider).Register(apis);
        new ProducerIdApi(producerIds).Register(apis);
        new ProducersApi(partitions).Register(apis);
        new FetchApi(partitions, sessions, options.MaxFetchBytes, options.TimeProvider, logger).Register(apis);
        new OffsetsApi(partitions, logger).Register(apis);
        new TopicApi(partitions, factory, cluster, options.TimeProvider).Register(apis);
        new ConfigApi(factory, cluster, options).Register(apis);
        new ElectionApi(cluster).Register(apis);
        new ReassignmentApi(cluster).Register(apis);
        new LogDirsApi(partitions, options.Directory).Register(apis);
        new CoordinatorApi(groups, cluster).Register(apis);
        new MembershipApi(groups).Register(apis);
        new GroupAdminApi(groups).Register(apis);
        new OffsetCommitApi(groups, cluster).Register(apis);
        new OffsetFetchApi(groups).Register(apis);
        new OffsetDeleteApi(groups, cluster).Register(apis);
        TransactionApi.Register(apis);
        new SaslApi(options.Security, security.Users, options.TimeProvider, logger).Register(apis);
        new AclApi(security.Acls, logger).Register(apis);
        DelegationTokenApi.Register(apis);
        return apis;
    }

    private static void CheckListeners(BrokerOptions options)
    {
        foreach (ListenerOptions listener in options.Listeners)
        {
            bool isEncrypted = listener.Protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl;
            if (!isEncrypted && !options.AllowInsecureListeners && !IsLoopback(listener.Host))
                throw new ListenerException(
                    listener, "without TLS it would be open to the network; use SSL, a loopback address, or set " +
                    "allow.insecure.listeners=true");
        }
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ||
        (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private void Serve(int partitionCount)
    {
        foreach (Listener listener in _listeners)
        {
            _accepting.Add(listener.AcceptAsync(_connections.Accept, _options.TimeProvider));
            BrokerEvents.Listening(_logger, listener.Options.ToString());
        }

        Volatile.Write(ref _state, (int)BrokerState.Ready);
        BrokerEvents.Ready(_logger, BrokerId, ClusterId, partitionCount);
    }

    private async Task StopWithClusterAsync()
    {
        try
        {
            await _cluster.Failure.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await StopAsync().ConfigureAwait(false);
            _failure.SetException(exception);
        }
    }

    private async Task StopOnceAsync()
    {
        BrokerEvents.Stopping(_logger, BrokerId);
        Volatile.Write(ref _state, (int)BrokerState.Stopping);
        foreach (Listener listener in _listeners) listener.Dispose();
        await Task.WhenAll(_accepting).ConfigureAwait(false);
        // While clients are still told where to go, and the others who lead now.
        await _cluster.HandOverAsync(_options.StopTimeout).ConfigureAwait(false);
        // Members that wait for a rebalance are told to come back; the connections' requests end with it.
        await _groups.DisposeAsync().ConfigureAwait(false);
        await _connections.StopAsync(_options.StopTimeout).ConfigureAwait(false);
        await _connections.DisposeAsync().ConfigureAwait(false);
        await _acls.DisposeAsync().ConfigureAwait(false);
        await _cluster.DisposeAsync().ConfigureAwait(false);
        await _directory.DisposeAsync().ConfigureAwait(false);
        if (_health is not null) await _health.DisposeAsync().ConfigureAwait(false);
        Volatile.Write(ref _state, (int)BrokerState.Stopped);
    }
}
