using LogStore.Replicator.Metadata;

namespace LogStore.Replicator.Tests.Cluster;

/// <summary>A metadata store in whose way something comes: before a transaction is made, or in its place.</summary>
internal sealed class InterceptedStore(IMetadataStore store) : IMetadataStore
{
    /// <summary>Is given each transaction before it is made; what it throws is what becomes of it.</summary>
    public Func<MetadataTransaction, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whether leases cannot be renewed, as the store does not answer.</summary>
    public bool RenewsNothing { get; set; }

    public async ValueTask<MetadataResult> TransactAsync(
        MetadataTransaction transaction, CancellationToken cancellationToken = default)
    {
        await Before(transaction);
        return await store.TransactAsync(transaction, cancellationToken);
    }

    public ValueTask<MetadataEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        store.GetAsync(key, cancellationToken);

    public ValueTask<MetadataSnapshot> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        store.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<MetadataUpdate> WatchAsync(string prefix, CancellationToken cancellationToken = default) =>
        store.WatchAsync(prefix, cancellationToken);

    public ValueTask<MetadataLease> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken = default) =>
        store.GrantLeaseAsync(timeToLive, cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default) => RenewsNothing
        ? throw new MetadataStoreException("The store does not answer.")
        : store.RenewLeaseAsync(lease, cancellationToken);

    public ValueTask RevokeLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default) =>
        store.RevokeLeaseAsync(lease, cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    public override string? ToString() => store.ToString();
}
