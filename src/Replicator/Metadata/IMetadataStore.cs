namespace LogStore.Replicator.Metadata;

/// <summary>
/// The authority of a cluster: a small, linearizable, versioned map from keys to values. All that brokers must agree on
/// is decided here, by compare-and-set; how the map is replicated, if it is, is the store's business.
/// </summary>
/// <remarks>
/// Thread-safe. Every call fails with <see cref="MetadataStoreException"/>, within a bounded time, while the store
/// cannot be reached. A call that is cancelled may have taken effect all the same.
/// </remarks>
public interface IMetadataStore : IAsyncDisposable
{
    /// <summary>
    /// What is stored under a key now; null when nothing is. Never older than any change that has been answered.
    /// </summary>
    public ValueTask<MetadataEntry?> GetAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// All entries whose key begins with a prefix, in the order of their keys, as they were at one revision.
    /// </summary>
    public ValueTask<MetadataSnapshot> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Applies all changes of a transaction if all its conditions hold, and none otherwise.</summary>
    /// <exception cref="MetadataStoreException">
    /// The outcome may be unknown (<see cref="MetadataStoreException.IsOutcomeUnknown"/>): read before acting again.
    /// </exception>
    public ValueTask<MetadataResult> TransactAsync(
        MetadataTransaction transaction, CancellationToken cancellationToken = default);

    /// <summary>
    /// Tells of every change under a prefix, in order and without gaps, from the state at the time of the call on: the
    /// first element is always that state. Where changes can no longer be told one by one (a long disconnection, a
    /// compaction), the state comes again as a whole. Ends only by cancellation, with
    /// <see cref="OperationCanceledException"/>; an unreachable store is waited for.
    /// </summary>
    public IAsyncEnumerable<MetadataUpdate> WatchAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>
    /// Grants a lease: the entries put with it are deleted when it has not been renewed for
    /// <paramref name="timeToLive"/>, or a little later: a store may round it up.
    /// </summary>
    public ValueTask<MetadataLease> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken = default);

    /// <summary>
    /// Renews a lease for another time to live. False: it has expired or was revoked, and its entries are gone.
    /// </summary>
    public ValueTask<bool> RenewLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default);

    /// <summary>Ends a lease, anybody's, and deletes its entries; one that is gone already is no error.</summary>
    public ValueTask RevokeLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default);
}
