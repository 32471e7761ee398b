using System.Text.Json.Serialization.Metadata;

namespace LogStore.Replicator.Metadata.Etcd;

/// <summary>
/// The metadata store of several hosts: an etcd cluster (3.4 or later), spoken to through the HTTP/JSON gateway of its
/// members. Reads are linearizable.
/// </summary>
/// <remarks>
/// Thread-safe. A lease's time to live is in whole seconds, rounded up, and etcd grants no less than one and a half
/// times its members' election timeout (2 seconds by default); it looks for expired leases twice a second, and gives
/// each a full time to live again when its leader changes. Nothing is connected before the first call.
/// </remarks>
public sealed partial class EtcdMetadataStore : IMetadataStore
{
    /// <summary>
    /// Entries asked for at a time; fewer where the answer would be larger than the gateway takes (4 MiB).
    /// </summary>
    private const int PageEntries = 512;

    private readonly EtcdGateway _gateway;
    private readonly EtcdKeys _keys;
    private readonly EtcdMetadataOptions _options;
    private readonly CancellationTokenSource _closing = new();
    private bool _disposed;

    /// <exception cref="InvalidConfigException">
    /// An endpoint of another host is to be spoken to in plain text.
    /// </exception>
    public EtcdMetadataStore(EtcdMetadataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _gateway = new EtcdGateway(options);
        _keys = new EtcdKeys(options.KeyPrefix);
    }

    /// <inheritdoc/>
    public async ValueTask<MetadataEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        MetadataKey.Validate(key);
        EtcdAnswer<EtcdRangeResponse> answer =
            await RangeAsync(new EtcdRangeRequest(_keys.ToEtcd(key)), cancellationToken).ConfigureAwait(false);
        return answer.ValueOrThrow().Kvs is [{ } pair] ? _keys.ToEntry(pair) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<MetadataSnapshot> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        MetadataKey.ValidatePrefix(prefix);
        while (true)
        {
            if (await TryListAsync(prefix, cancellationToken).ConfigureAwait(false) is { } snapshot) return snapshot;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<MetadataResult> TransactAsync(
        MetadataTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        transaction.Validate();
        EtcdCompare[] conditions =
            [.. transaction.Conditions.Select(each => new EtcdCompare(_keys.ToEtcd(each.Key), each.Version))];
        EtcdOperation[] changes = [.. transaction.Changes.Select(ToOperation)];
        // A transaction without any operation may be answered from an old state.
        if (changes is []) changes = [new EtcdOperation(RequestRange: AnyRange)];

        EtcdAnswer<EtcdTxnResponse> answer = await CallAsync(
            "kv/txn",
            new EtcdTxnRequest(conditions, changes),
            EtcdJson.Default.EtcdTxnRequest,
            EtcdJson.Default.EtcdTxnResponse,
            cancellationToken,
            isRepeatable: transaction.Changes is []).ConfigureAwait(false);
        // What is not found is a lease.
        if (answer.Error is { IsNotFound: true })
            return new MetadataResult(Succeeded: false, await RevisionAsync(cancellationToken).ConfigureAwait(false));
        EtcdTxnResponse response = answer.ValueOrThrow();
        return new MetadataResult(response.Succeeded, response.Header.Revision);
    }

    /// <inheritdoc/>
    public async ValueTask<MetadataLease> GrantLeaseAsync(
        TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        // May be repeated: a lease that nobody knows of expires with nothing by it.
        EtcdAnswer<EtcdLeaseResponse> answer = await CallAsync(
            "lease/grant",
            new EtcdLeaseGrantRequest((long)Math.Ceiling(timeToLive.TotalSeconds)),
            EtcdJson.Default.EtcdLeaseGrantRequest,
            EtcdJson.Default.EtcdLeaseResponse,
            cancellationToken).ConfigureAwait(false);
        return new MetadataLease(answer.ValueOrThrow().Id);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RenewLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default)
    {
        EtcdAnswer<EtcdStreamed<EtcdLeaseResponse>> answer = await CallAsync(
            "lease/keepalive",
            new EtcdLeaseRequest(lease.Id),
            EtcdJson.Default.EtcdLeaseRequest,
            EtcdJson.Default.EtcdStreamedEtcdLeaseResponse,
            cancellationToken).ConfigureAwait(false);
        EtcdStreamed<EtcdLeaseResponse> response = answer.ValueOrThrow();
        return response.Result is { } result
            ? result.TimeToLiveSeconds > 0
            : throw new MetadataStoreException($"etcd has not renewed a lease: {response.Error?.Message}");
    }

    /// <inheritdoc/>
    public async ValueTask RevokeLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default)
    {
        EtcdAnswer<EtcdLeaseRevokeResponse> answer = await CallAsync(
            "lease/revoke",
            new EtcdLeaseRequest(lease.Id),
            EtcdJson.Default.EtcdLeaseRequest,
            EtcdJson.Default.EtcdLeaseRevokeResponse,
            cancellationToken).ConfigureAwait(false);
        if (answer.Error is not { IsNotFound: true }) answer.ValueOrThrow();
    }

    /// <summary>Which store it is, for messages.</summary>
    public override string ToString() => $"etcd:{string.Join(',', _options.Endpoints)} ({_options.KeyPrefix})";

    /// <summary>Ends the calls that are under way; watches end by <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        _gateway.Dispose();
    }

    /// <summary>The cheapest request that tells the store's revision.</summary>
    private EtcdRangeRequest AnyRange => new(_keys.ToEtcd(""), CountOnly: true);

    private EtcdOperation ToOperation(MetadataChange change) => change.Value is { } value
        ? new EtcdOperation(new EtcdPutRequest(_keys.ToEtcd(change.Key), value.ToArray(), change.Lease.Id))
        : new EtcdOperation(RequestDeleteRange: new EtcdDeleteRequest(_keys.ToEtcd(change.Key)));

    /// <summary>
    /// All pages of a list, as of one revision; null: the revision was compacted between two of them.
    /// </summary>
    private async ValueTask<MetadataSnapshot?> TryListAsync(string prefix, CancellationToken cancellationToken)
    {
        List<MetadataEntry> entries = [];
        byte[] from = _keys.ToEtcd(prefix), end = _keys.EndOf(prefix);
        long? revision = null;
        int limit = PageEntries;
        while (true)
        {
            EtcdAnswer<EtcdRangeResponse> answer = await RangeAsync(
                new EtcdRangeRequest(from, end, limit, revision), cancellationToken).ConfigureAwait(false);
            if (answer.Error is { IsCompacted: true }) return null;
            if (answer.Error is { IsTooLarge: true } && limit > 1)
            {
                limit /= 2;
                continue;
            }

            EtcdRangeResponse page = answer.ValueOrThrow();
            // Later pages are of the first one's revision, whatever the store's is by then.
            revision ??= page.Header.Revision;
            EtcdKeyValue[] pairs = page.Kvs ?? [];
            entries.AddRange(pairs.Select(_keys.ToEntry));
            if (!page.More || pairs is []) return new MetadataSnapshot(revision.Value, entries);
            from = [.. pairs[^1].Key, 0];
        }
    }

    private async ValueTask<long> RevisionAsync(CancellationToken cancellationToken) =>
        (await RangeAsync(AnyRange, cancellationToken).ConfigureAwait(false)).ValueOrThrow().Header.Revision;

    private Task<EtcdAnswer<EtcdRangeResponse>> RangeAsync(
        EtcdRangeRequest request, CancellationToken cancellationToken) =>
        CallAsync(
            "kv/range",
            request,
            EtcdJson.Default.EtcdRangeRequest,
            EtcdJson.Default.EtcdRangeResponse,
            cancellationToken);

    private Task<EtcdAnswer<TResponse>> CallAsync<TRequest, TResponse>(
        string path,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        CancellationToken cancellationToken,
        bool isRepeatable = true)
        where TResponse : class =>
        UntilClosedAsync(
            token => _gateway.CallAsync(path, request, requestType, responseType, isRepeatable, token),
            cancellationToken);

    /// <summary>Makes a call that closing the store ends, too.</summary>
    private async Task<T> UntilClosedAsync<T>(
        Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            return await call(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (_disposed && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The metadata store is closed.", exception);
        }
    }
}
