using System.Runtime.CompilerServices;

namespace LogStore.Replicator.Metadata.Etcd;

public sealed partial class EtcdMetadataStore
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    /// <remarks>
    /// Goes on from the last revision told when a member fails. The state comes as a whole again when etcd has
    /// compacted the changes in between, or has lost some of them, as when it was restored from a backup.
    /// </remarks>
    public async IAsyncEnumerable<MetadataUpdate> WatchAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        MetadataKey.ValidatePrefix(prefix);
        long? told = null;
        while (true)
        {
            if (told is null)
            {
                MetadataSnapshot? snapshot =
                    await TryAsync(() => ListAsync(prefix, cancellationToken)).ConfigureAwait(false);
                if (snapshot is null)
                {
                    await PauseAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }

                yield return new MetadataUpdate(snapshot.Revision, IsSnapshot: true, snapshot.Entries, Deleted: []);
                told = snapshot.Revision;
            }

            EtcdWatchCreateRequest request = new(_keys.ToEtcd(prefix), _keys.EndOf(prefix), told.Value + 1);
            EtcdWatchStream? stream = await UntilClosedAsync(
                token => EtcdWatchStream.TryOpenAsync(_gateway, request, token),
                cancellationToken).ConfigureAwait(false);
            if (stream is not null)
            {
                await using ConfiguredAsyncDisposable closing = stream.ConfigureAwait(false);
                while (await UntilClosedAsync(stream.NextAsync, cancellationToken).ConfigureAwait(false) is { } answer)
                {
                    if (answer.Canceled)
                    {
                        if (answer.CompactRevision > 0) told = null;
                        break;
                    }

                    if (answer.Events is { Length: > 0 } events)
                    {
                        MetadataUpdate update = _keys.ToUpdate(events);
                        yield return update;
                        told = update.Revision;
                    }
                    else if (!answer.Created)
                    {
                        // Word of progress: nothing has changed up to here.
                        told = Math.Max(told.Value, answer.Header.Revision);
                    }
                }
            }

            if (told is null) continue;
            await PauseAsync(cancellationToken).ConfigureAwait(false);
            // A revision that etcd no longer has would be waited for in silence, and its changes of then be missed.
            long? now = await TryAsync<long?>(async () => await RevisionAsync(cancellationToken).ConfigureAwait(false))
                .ConfigureAwait(false);
            if (now < told) told = null;
        }
    }

    /// <summary>The result of a call; null while the store cannot be reached.</summary>
    private static async ValueTask<T?> TryAsync<T>(Func<ValueTask<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (MetadataStoreException)
        {
            return default;
        }
    }

    private static async Task PauseAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Delay(ReconnectDelay, cancellationToken).ConfigureAwait(false);
    }
}
