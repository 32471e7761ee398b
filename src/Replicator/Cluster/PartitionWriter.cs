using System.Threading.Channels;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Protocol;

namespace LogStore.Replicator.Cluster;

/// <summary>
/// Puts partitions' states at the authority, each on the condition that it is still of the version that the new one names.
/// Those that come together go in one transaction; if one of them is in the way, each goes alone.
/// </summary>
/// <remarks>Thread-safe. A change that gets no answer is asked for again until there is one.</remarks>
internal sealed class PartitionWriter : IAsyncDisposable
{
    private const int Batch = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Change> _changes = Channel.CreateUnbounded<Change>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly IMetadataStore _store;
    private readonly TimeProvider _time;

    public PartitionWriter(IMetadataStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
        Running = Task.Run(RunAsync);
    }

    /// <summary>Runs until it is disposed; fails when it can write no more.</summary>
    public Task Running { get; }

    /// <summary>Asks for a change.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="state">Its new state; its version is that of the one it is to replace.</param>
    /// <param name="controller">The version of the controller's entry that must still be there; null: no matter who it is.</param>
    /// <param name="decided">Told of the state that there is afterwards, whosoever it is; null when the partition is gone.</param>
    public void Write(PartitionId partition, PartitionState state, long? controller, Action<PartitionState?> decided) =>
        _changes.Writer.TryWrite(new Change(partition, state, controller, decided));

    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        List<Change> batch = [];
        while (await _changes.Reader.WaitToReadAsync(_stopping.Token).ConfigureAwait(false))
        {
            batch.Clear();
            HashSet<PartitionId> named = [];
            // A partition is changed once in a transaction; what is asked for next of it goes with the next.
            while (batch.Count < Batch && _changes.Reader.TryPeek(out Change? next) && named.Add(next.Partition))
            {
                _changes.Reader.TryRead(out _);
                batch.Add(next);
            }

            await WriteAsync(batch).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(IReadOnlyList<Change> batch)
    {
        MetadataResult result = await AskAsync(() => _store.TransactAsync(Transaction(batch), _stopping.Token)).ConfigureAwait(false);
        if (result.Succeeded)
        {
            foreach (Change change in batch) change.Decided(change.State with { Version = result.Revision });
            return;
        }

        if (batch.Count == 1)
        {
            await ReadAsync(batch[0]).ConfigureAwait(false);
            return;
        }

        foreach (Change change in batch) await WriteAsync([change]).ConfigureAwait(false);
    }

    private async Task ReadAsync(Change change)
    {
        MetadataEntry? entry = await AskAsync(
            () => _store.GetAsync(ClusterKeys.Partition(change.Partition), _stopping.Token)).ConfigureAwait(false);
        change.Decided(entry is null ? null : ClusterJson.ReadPartition(entry.Value, entry.Version));
    }

    /// <summary>
    /// Asks until there is an answer. Asking again is safe: what has happened after all has changed the version, so it does not
    /// happen twice.
    /// </summary>
    private async Task<T> AskAsync<T>(Func<ValueTask<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (MetadataStoreException)
            {
                await Task.Delay(Pause, _time, _stopping.Token).ConfigureAwait(false);
            }
        }
    }

    private static MetadataTransaction Transaction(IReadOnlyList<Change> batch)
    {
        MetadataTransaction transaction = new();
        if (batch.Select(change => change.Controller).FirstOrDefault(version => version is not null) is { } controller)
            transaction.If(ClusterKeys.Controller, controller);
        foreach (Change change in batch)
        {
            string key = ClusterKeys.Partition(change.Partition);
            transaction.If(key, change.State.Version).Put(key, ClusterJson.Write(change.State));
        }

        return transaction;
    }

    private sealed record Change(
        PartitionId Partition, PartitionState State, long? Controller, Action<PartitionState?> Decided);
}
