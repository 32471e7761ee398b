using LogStore.Client.Cluster;
using LogStore.Client.Connections;

namespace LogStore.Client;

/// <summary>Administers a cluster: topics, settings, groups, offsets, rules.</summary>
/// <remarks>
/// Thread-safe. Calls are tried again until <see cref="ClientOptions.ApiTimeout"/> where that can help. Where one of
/// several things is refused, the call ends in a <see cref="BrokerErrorException"/> that names the first; the others
/// may be done. All calls throw <see cref="ClientException"/> if the cluster cannot be reached.
/// </remarks>
public sealed partial class AdminClient : IAsyncDisposable
{
    private readonly ClusterClient _cluster;
    private readonly ClientOptions _options;

    /// <summary>Makes a client; it connects at the first call.</summary>
    public AdminClient(ClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _cluster = new ClusterClient(options, allowAutoCreate: false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private int TimeoutMs => (int)_options.RequestTimeout.TotalMilliseconds;

    /// <summary>Asks any broker; <paramref name="check"/> throws on errors in the answer.</summary>
    private Task<TResponse> AskAnyAsync<TRequest, TResponse>(
        TRequest request, Action<TResponse> check, CancellationToken cancellationToken)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new() =>
        AskAsync(_cluster.ConnectAnyAsync, request, check, cancellationToken);

    /// <summary>Asks the controller, which alone changes topics.</summary>
    private Task<TResponse> AskControllerAsync<TRequest, TResponse>(
        TRequest request, Action<TResponse> check, CancellationToken cancellationToken)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new() =>
        AskAsync(ConnectControllerAsync, request, check, cancellationToken);

    /// <summary>Asks the coordinator of a group.</summary>
    private Task<TResponse> AskCoordinatorAsync<TRequest, TResponse>(
        string groupId, TRequest request, Action<TResponse> check, CancellationToken cancellationToken)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new()
    {
        var locator = new CoordinatorLocator(_cluster, groupId);
        return AskAsync(token =>
        {
            locator.Forget();
            return locator.ConnectAsync(LinkPurpose.General, token);
        }, request, check, cancellationToken);
    }

    private Task<TResponse> AskAsync<TRequest, TResponse>(
        Func<CancellationToken, Task<BrokerConnection>> connect, TRequest request, Action<TResponse> check,
        CancellationToken cancellationToken)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new() =>
        Retry.RunAsync(_cluster, _options.ApiTimeout, async token =>
        {
            BrokerConnection connection = await connect(token).ConfigureAwait(false);
            TResponse response = await connection
                .SendAsync<TRequest, TResponse>(request, _options.RequestTimeout, token).ConfigureAwait(false);
            check(response);
            return response;
        }, cancellationToken);

    private async Task<BrokerConnection> ConnectControllerAsync(CancellationToken cancellationToken)
    {
        ClusterSnapshot snapshot =
            await _cluster.RefreshAsync(_cluster.Snapshot.Version, cancellationToken).ConfigureAwait(false);
        if (snapshot.ControllerId < 0)
            throw new BrokerErrorException(ErrorCode.NotController, "Looking for the controller", "there is none now");
        return await _cluster.ConnectAsync(snapshot.ControllerId, LinkPurpose.General, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<BrokerConnection> ConnectNodeAsync(int nodeId, CancellationToken cancellationToken)
    {
        if (!_cluster.Snapshot.Nodes.ContainsKey(nodeId))
            await _cluster.RefreshAsync(_cluster.Snapshot.Version, cancellationToken).ConfigureAwait(false);
        return await _cluster.ConnectAsync(nodeId, LinkPurpose.General, cancellationToken).ConfigureAwait(false);
    }

    private Task AskLeadersAsync(
        IReadOnlyCollection<TopicPartition> partitions,
        Func<BrokerConnection, TopicPartition[], CancellationToken, Task> ask, CancellationToken cancellationToken) =>
        Leaders.AskAsync(_cluster, partitions, ask, cancellationToken);
}
