using LogStore.Client.Connections;
using LogStore.KafkaProtocol.Cluster;
using Microsoft.Extensions.Logging;

namespace LogStore.Client.Cluster;

/// <summary>The brokers of a cluster: connections to them, and what they say of topics and leaders.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ClusterClient : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Connector _connector;
    private readonly BrokerAddress[] _bootstrap;
    private readonly bool _allowAutoCreate;
    private readonly Dictionary<(BrokerAddress, LinkPurpose), BrokerLink> _links = [];
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly ILogger _logger;
    private volatile ClusterSnapshot _snapshot = ClusterSnapshot.Empty;
    private Task? _backgroundRefresh;
    private ITimer? _periodicRefresh;
    private bool _isRefreshing;
    private bool _refreshAgain;
    private bool _disposed;

    public ClusterClient(ClientOptions options, bool allowAutoCreate)
    {
        Options = options;
        _connector = new Connector(options);
        _bootstrap = BrokerAddress.ParseList(options.BootstrapServers);
        _allowAutoCreate = allowAutoCreate;
        _logger = options.LoggerFactory.CreateLogger("LogStore.Client");
    }

    public ClientOptions Options { get; }

    public ILogger Logger => _logger;

    public ClusterSnapshot Snapshot => _snapshot;

    /// <summary>Ends when the client is disposed.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Called after each refresh, on whatever thread that ran.</summary>
    public Action<ClusterSnapshot>? Refreshed { get; set; }

    /// <summary>A connection to a broker by its number.</summary>
    /// <exception cref="BrokerUnreachableException">The broker is not known, or cannot be reached.</exception>
    public ValueTask<BrokerConnection> ConnectAsync(
        int nodeId, LinkPurpose purpose, CancellationToken cancellationToken) =>
        _snapshot.Nodes.TryGetValue(nodeId, out BrokerAddress address)
            ? ConnectAsync(address, purpose, cancellationToken)
            : throw new BrokerUnreachableException($"Broker {nodeId} is not in the cluster's metadata at the moment.");

    /// <summary>A connection to a broker by its address.</summary>
    public ValueTask<BrokerConnection> ConnectAsync(
        BrokerAddress address, LinkPurpose purpose, CancellationToken cancellationToken) =>
        LinkTo(address, purpose).ConnectAsync(cancellationToken);

    /// <summary>A connection to any broker: one that is open, else the first that can be opened.</summary>
    /// <exception cref="ClientException">None can; the error is the last one's.</exception>
    public async Task<BrokerConnection> ConnectAnyAsync(CancellationToken cancellationToken)
    {
        BrokerAddress[] known = [.. _snapshot.Nodes.Values];
        Random.Shared.Shuffle(known);
        ClientException? last = null;
        IEnumerable<BrokerAddress> candidates = known.Concat(_bootstrap).Distinct()
            .OrderByDescending(address => LinkTo(address, LinkPurpose.General).IsConnected);
        foreach (BrokerAddress address in candidates.ToArray())
        {
            try
            {
                return await ConnectAsync(address, LinkPurpose.General, cancellationToken).ConfigureAwait(false);
            }
            catch (ClientException e) when (e.IsTransient)
            {
                last = e;
            }
        }

        throw last!;
    }

    /// <summary>Adds topics to what a refresh asks for.</summary>
    public void Track(params ReadOnlySpan<string> topics)
    {
        lock (_gate)
        {
            foreach (string topic in topics) _topics.Add(topic);
            _periodicRefresh ??= Options.TimeProvider.CreateTimer(
                _ => RequestRefresh(), null, Options.MetadataMaxAge, Options.MetadataMaxAge);
        }
    }

    /// <summary>
    /// Asks for the metadata of the tracked topics, unless there is a newer snapshot than <paramref
    /// name="seenVersion"/>.
    /// </summary>
    public async Task<ClusterSnapshot> RefreshAsync(int seenVersion, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_snapshot.Version > seenVersion) return _snapshot;
            string[] topics;
            lock (_gate) topics = [.. _topics];
            MetadataResponse response = await AskAsync(topics, cancellationToken).ConfigureAwait(false);
            _snapshot = new ClusterSnapshot(response, _snapshot);
        }
        finally
        {
            _refreshing.Release();
        }

        Refreshed?.Invoke(_snapshot);
        return _snapshot;
    }

    /// <summary>Asks for metadata without keeping it.</summary>
    /// <param name="topics">The topics; null for all there are.</param>
    public async Task<MetadataResponse> AskAsync(string[]? topics, CancellationToken cancellationToken)
    {
        BrokerConnection connection = await ConnectAnyAsync(cancellationToken).ConfigureAwait(false);
        var request = new MetadataRequest
        {
            Topics = topics is null ? null : [.. topics.Select(name => new MetadataRequest.Topic { Name = name })],
            AllowAutoTopicCreation = _allowAutoCreate && topics is not null,
        };
        return await connection.SendAsync<MetadataRequest, MetadataResponse>(
            request, Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Starts a refresh in the background, after a pause. One that is on its way is followed by another, for it may not
    /// bring yet what is wanted.
    /// </summary>
    public void RequestRefresh()
    {
        lock (_gate)
        {
            if (_disposed) return;
            if (_isRefreshing)
            {
                _refreshAgain = true;
                return;
            }

            _isRefreshing = true;
            _backgroundRefresh = RefreshInBackgroundAsync();
        }
    }

    /// <summary>The topic's metadata, asked for until it is there.</summary>
    /// <exception cref="BrokerErrorException">The topic does not exist, or may not be used.</exception>
    public async Task<TopicSnapshot> GetTopicAsync(string topic, CancellationToken cancellationToken)
    {
        Track(topic);
        return await Retry.RunAsync(this, Options.ApiTimeout, GetAsync, cancellationToken).ConfigureAwait(false);

        async Task<TopicSnapshot> GetAsync(CancellationToken token)
        {
            ClusterSnapshot snapshot = _snapshot;
            if (snapshot.Find(topic) is not { ErrorCode: ErrorCode.None, PartitionCount: > 0 })
                snapshot = await RefreshAsync(snapshot.Version, token).ConfigureAwait(false);
            TopicSnapshot? found = snapshot.Find(topic);
            ErrorCode error = found?.ErrorCode ?? ErrorCode.UnknownTopicOrPartition;
            BrokerErrorException.ThrowIfError(error, $"Looking up topic '{topic}'");
            return found!.PartitionCount > 0
                ? found : throw new BrokerErrorException(ErrorCode.LeaderNotAvailable, $"Looking up topic '{topic}'");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        BrokerLink[] links;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            links = [.. _links.Values];
        }

        _periodicRefresh?.Dispose();
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (BrokerLink link in links) await link.DisposeAsync().ConfigureAwait(false);
        if (_backgroundRefresh is { } refresh) await refresh.ConfigureAwait(false);
    }

    private BrokerLink LinkTo(BrokerAddress address, LinkPurpose purpose)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_links.TryGetValue((address, purpose), out BrokerLink? link))
                _links[(address, purpose)] = link = new BrokerLink(address, _connector, Options);
            return link;
        }
    }

    private async Task RefreshInBackgroundAsync()
    {
        for (int turns = 1; !_closing.IsCancellationRequested; turns++)
        {
            try
            {
                int seen = _snapshot.Version;
                TimeSpan pause = Backoff.After(turns, Options.RetryBackoff, Options.RetryBackoffMax);
                await Task.Delay(pause, Options.TimeProvider, _closing.Token).ConfigureAwait(false);
                await RefreshAsync(seen, _closing.Token).ConfigureAwait(false);
                if (!IsWantedAgain()) return;
            }
            catch (ClientException e)
            {
                ClientEvents.MetadataFailed(_logger, e.Message);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // Only the end of the client ends this: otherwise nobody would ever learn of new leaders again.
                if (_closing.IsCancellationRequested) return;
            }
        }
    }

    private bool IsWantedAgain()
    {
        lock (_gate)
        {
            _isRefreshing = _refreshAgain;
            _refreshAgain = false;
            return _isRefreshing;
        }
    }
}
