using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>
/// The metadata store of one host: a SQLite file that any number of its processes share. What a call has answered is
/// durable, but for the renewal of leases, which end with the host anyway.
/// </summary>
/// <remarks>
/// Thread-safe. Writes and reads each have a thread with a connection of its own, so that a read never waits for a
/// synchronization. Leases are timed by the host's monotonic clock, in milliseconds, and end when the host is
/// restarted. Whoever touches the store ends the leases that are due, and open watches do so on time; changes of other
/// processes reach a watch within a few milliseconds.
/// </remarks>
public sealed class SqliteMetadataStore : IMetadataStore
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly SqliteThread _writer;
    private readonly SqliteThread _reader;
    private readonly ChangeSignal _signal;
    private readonly string _path;
    private bool _disposed;

    private SqliteMetadataStore(SqliteSession writer, SqliteSession reader, ChangeSignal signal, string path)
    {
        _path = path;
        _writer = new SqliteThread("metadata-writer", writer);
        _reader = new SqliteThread("metadata-reader", reader);
        _signal = signal;
    }

    /// <summary>Opens a store, and makes it first if there is none.</summary>
    /// <exception cref="InvalidMetadataStoreException">
    /// The file is damaged, of a newer version, or another application's.
    /// </exception>
    /// <exception cref="MetadataStoreException">It cannot be opened, or is locked for too long.</exception>
    public static async Task<SqliteMetadataStore> OpenAsync(
        SqliteMetadataOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        // On a thread of its own, as it may wait for a lock.
        return await Task.Factory
            .StartNew(() => Open(options), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<MetadataEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        MetadataKey.Validate(key);
        return ReadAsync((session, _) => SqliteEntries.Get(session, key), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<MetadataSnapshot> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        MetadataKey.ValidatePrefix(prefix);
        return ReadAsync((session, _) => SqliteEntries.List(session, prefix), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<MetadataResult> TransactAsync(
        MetadataTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        transaction.Validate();
        return WriteAsync(session => SqliteEntries.Transact(session, transaction), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MetadataUpdate> WatchAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        MetadataKey.ValidatePrefix(prefix);
        long revision = -1;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task signalled = _signal.Next;
            WatchState? state = await TryLookAsync(prefix, revision, cancellationToken).ConfigureAwait(false);
            if (state?.Update is { } update) yield return update;
            revision = state?.Revision ?? revision;

            TimeSpan wait = state is null ? RetryDelay : Earlier(_signal.PollInterval, state.Value.NextExpiryMs);
            await signalled.WaitAsync(wait, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public ValueTask<MetadataLease> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        long milliseconds = (long)Math.Ceiling(timeToLive.TotalMilliseconds);
        // Watchers are woken, as this may be the next one to expire.
        return WriteAsync(session => SqliteLeases.Grant(session, milliseconds), cancellationToken, isNews: true);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default) =>
        // Most writes are these. Leases end with the host, so they need not be durable, and without waiting for the disk the
        // file is locked for a moment only: a process that is halted while it has the lock halts all who write.
        WriteAsync(session => SqliteLeases.Renew(session, lease), cancellationToken, isDurable: false);

    /// <inheritdoc/>
    public async ValueTask RevokeLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default) =>
        await WriteAsync(session => SqliteLeases.End(session, lease), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Closes the file after the calls that are under way; watches end by <see cref="ObjectDisposedException"/>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _reader.DisposeAsync().ConfigureAwait(false);
        _signal.Dispose();
    }

    /// <summary>Which store it is, for messages.</summary>
    public override string ToString() => $"sqlite:{_path}";

    private static SqliteMetadataStore Open(SqliteMetadataOptions options)
    {
        SqliteSession? writer = null, reader = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Path))!);
            writer = new SqliteSession(options);
            SqliteSchema.Prepare(writer);
            reader = new SqliteSession(options);
            return new SqliteMetadataStore(writer, reader, new ChangeSignal(options.Path), Path.GetFullPath(options.Path));
        }
        catch (Exception exception)
        {
            writer?.Dispose();
            reader?.Dispose();
            throw exception switch
            {
                SqliteException error => SqliteErrors.Translate(options, error),
                IOException or UnauthorizedAccessException => new MetadataStoreException(
                    $"The metadata store '{options.Path}' cannot be opened: {exception.Message}",
                    innerException: exception),
                _ => exception,
            };
        }
    }

    /// <summary>The shorter of a wait and the time until an expiry.</summary>
    private static TimeSpan Earlier(TimeSpan wait, long expiryMs)
    {
        if (expiryMs == long.MaxValue) return wait;
        long untilMs = Math.Clamp(expiryMs - HostClock.NowMs, 1, (long)wait.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(untilMs);
    }

    /// <summary>What a watcher sees; null: the store cannot be read now.</summary>
    private async ValueTask<WatchState?> TryLookAsync(string prefix, long since, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(
                (session, nextExpiryMs) =>
                {
                    long revision = SqliteEntries.Revision(session);
                    MetadataUpdate? update =
                        revision == since ? null : SqliteEntries.Changes(session, prefix, since, revision);
                    return (WatchState?)new WatchState(revision, nextExpiryMs, update);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (MetadataStoreException)
        {
            return null;
        }
    }

    /// <summary>Reads a state in which no lease is overdue.</summary>
    /// <param name="read">Given the session and the next expiry.</param>
    private async ValueTask<T> ReadAsync<T>(Func<SqliteSession, long, T> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            (bool isCurrent, T? result) = await _reader.RunAsync(
                session => session.Read<(bool, T?)>(inside =>
                {
                    long nextExpiryMs = SqliteLeases.NextExpiryMs(inside);
                    return nextExpiryMs <= HostClock.NowMs ? (false, default) : (true, read(inside, nextExpiryMs));
                }),
                cancellationToken).ConfigureAwait(false);
            if (isCurrent) return result!;
            await WriteAsync(_ => true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends what is overdue and then writes, as one; wakes the watchers if there is news for them.</summary>
    /// <param name="write">The changes, and what to answer.</param>
    /// <param name="isNews">Whether watchers are to look even if the revision is the same.</param>
    /// <param name="isDurable">Whether the changes have to outlive the host.</param>
    private ValueTask<T> WriteAsync<T>(
        Func<SqliteSession, T> write, CancellationToken cancellationToken, bool isNews = false, bool isDurable = true) =>
        _writer.RunAsync(
            session =>
            {
                (T answer, bool changed) = session.Write(
                    inside =>
                    {
                        long before = SqliteEntries.Revision(inside);
                        SqliteLeases.ExpireDue(inside);
                        return (write(inside), SqliteEntries.Revision(inside) != before);
                    },
                    isDurable);
                if (changed || isNews) _signal.Raise();
                return answer;
            },
            cancellationToken);

    private readonly record struct WatchState(long Revision, long NextExpiryMs, MetadataUpdate? Update);
}
