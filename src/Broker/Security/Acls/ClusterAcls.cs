using LogStore.Broker.Diagnostics;
using LogStore.Replicator.Metadata;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Security.Acls;

/// <summary>
/// The rules of a cluster, under one key of its metadata store: changed through any broker by compare-and-set, and followed by
/// all. A broker decides by the rules that it has seen, also while the store is away.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ClusterAcls(IMetadataStore store, ILogger logger) : IAclStore
{
    public const string Key = "acls";

    private const string Place = $"metadata store: {Key}";

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private AclRules _rules = new([]);
    private long _revision;
    private Task _watching = Task.CompletedTask;

    public AclRules Rules => Volatile.Read(ref _rules);

    /// <inheritdoc/>
    /// <exception cref="MetadataStoreException">The store cannot be reached.</exception>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (await store.GetAsync(Key, cancellationToken).ConfigureAwait(false) is { } entry) Take(Read(entry), entry.Version);
        _watching = Task.Run(WatchAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    /// <exception cref="MetadataStoreException">The store cannot be reached.</exception>
    public async ValueTask ChangeAsync(
        Func<IReadOnlyList<Acl>, IEnumerable<Acl>> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            MetadataEntry? entry = await store.GetAsync(Key, cancellationToken).ConfigureAwait(false);
            Acl[] present = entry is null ? [] : Read(entry);
            Acl[] changed = [.. change(present)];
            if (changed.SequenceEqual(present)) return;
            byte[] json = AclJson.Write(changed);
            if (json.Length > MetadataEntry.MaxValueBytes)
                throw new InvalidConfigException(
                    "authorizer",
                    $"{changed.Length} rules are too many for the metadata store, which takes {MetadataEntry.MaxValueBytes} " +
                    "bytes of them; use prefixed rules");
            MetadataResult result = await store.TransactAsync(
                new MetadataTransaction().If(Key, entry?.Version ?? 0).Put(Key, json), cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded) continue; // Another broker was faster.
            // Who is told that a rule holds must not find that it does not, because the watch is a moment behind.
            Take(changed, result.Revision);
            return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private static Acl[] Read(MetadataEntry entry) => AclJson.Read(entry.Value.Span, Place);

    private async Task WatchAsync()
    {
        await foreach (MetadataUpdate update in store.WatchAsync(Key, _stopping.Token).ConfigureAwait(false))
        {
            MetadataEntry? entry = update.Put.FirstOrDefault(each => each.Key == Key);
            if (entry is null && !update.IsSnapshot && !update.Deleted.Contains(Key)) continue;
            try
            {
                Take(entry is null ? [] : Read(entry), entry?.Version ?? update.Revision);
            }
            catch (InvalidConfigException exception)
            {
                // Nobody but an operator who writes to the store by hand can have done that.
                SecurityEvents.UnreadableFile(logger, Place, exception.Message);
            }
        }
    }

    /// <summary>Goes by rules as they were at a revision of the store, unless it goes by later ones.</summary>
    private void Take(Acl[] acls, long revision)
    {
        lock (_gate)
        {
            if (revision <= _revision) return;
            _revision = revision;
            Volatile.Write(ref _rules, new AclRules(acls));
        }
    }
}
