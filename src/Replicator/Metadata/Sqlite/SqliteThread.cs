using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>
/// A thread with a session of its own that works off calls one by one. SQLite blocks, for a synchronization or for a
/// lock that another process has: here it blocks no caller and no thread of the pool.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SqliteThread : IAsyncDisposable
{
    private readonly BlockingCollection<Action> _calls = [];
    private readonly SqliteSession _session;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    /// <param name="name">The thread's name, for debuggers.</param>
    /// <param name="session">The thread's from here on.</param>
    public SqliteThread(string name, SqliteSession session)
    {
        _session = session;
        new Thread(Run) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Runs <paramref name="call"/> on the thread, after those before it.</summary>
    /// <exception cref="MetadataStoreException">The file is locked for too long, or fails otherwise.</exception>
    /// <exception cref="InvalidMetadataStoreException">The file is damaged.</exception>
    public async ValueTask<T> RunAsync<T>(Func<SqliteSession, T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _calls.Add(
                () =>
                {
                    if (!cancellationToken.IsCancellationRequested) Complete(completion, call);
                    else completion.SetCanceled(cancellationToken);
                },
                CancellationToken.None);
        }
        catch (InvalidOperationException exception)
        {
            throw new ObjectDisposedException("The metadata store is closed.", exception);
        }

        return await completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends after the calls that are waiting. Called again, it waits only.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _disposed, true)) _calls.CompleteAdding();
        await _ended.Task.ConfigureAwait(false);
    }

    private void Complete<T>(TaskCompletionSource<T> completion, Func<SqliteSession, T> call)
    {
        try
        {
            completion.SetResult(call(_session));
        }
        catch (SqliteException exception)
        {
            completion.SetException(SqliteErrors.Translate(_session.Options, exception));
        }
#pragma warning disable CA1031 // Whatever it is, it is the caller's: the thread serves others, too.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            completion.SetException(exception);
        }
    }

    private void Run()
    {
        foreach (Action call in _calls.GetConsumingEnumerable()) call();
        _session.Dispose();
        _calls.Dispose();
        _ended.SetResult();
    }
}
