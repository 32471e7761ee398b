using System.Collections.Concurrent;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Replicas;

namespace LogStore.Replicator.Cluster;

/// <summary>
/// Tells the authority which partitions this broker has a replica of but cannot serve, so that others lead them: those whose log
/// could not be opened, and those whose replica has failed since. What is told goes with the broker's lease.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FailedReplicas(
    LiveBroker self, IMetadataStore store, ReplicaManager replicas, TimeProvider time, CancellationToken stopping) : IDisposable
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<PartitionId, bool> _unopened = new();
    private readonly SemaphoreSlim _telling = new(1);
    private MetadataLease _lease;

    /// <summary>The partitions whose log could not be opened.</summary>
    public ICollection<PartitionId> Unopened => _unopened.Keys;

    /// <summary>A log could not be opened.</summary>
    /// <returns>Whether that is news.</returns>
    public bool OnUnopened(PartitionId partition)
    {
        if (!_unopened.TryAdd(partition, true)) return false;
        Report(partition);
        return true;
    }

    /// <summary>A log was opened after all, or is this broker's no longer.</summary>
    public void OnOpenedOrGone(PartitionId partition)
    {
        if (_unopened.TryRemove(partition, out _)) Report(partition);
    }

    /// <summary>Tells how a partition is by then; from now on, and until it is known.</summary>
    public void Report(PartitionId partition) => _ = ReportAsync(partition);

    /// <summary>
    /// Tells all that there is to tell by a new lease, before the broker is registered by it: nobody is to elect it where it
    /// cannot serve.
    /// </summary>
    public async Task TellAllAsync(MetadataLease lease, CancellationToken cancellationToken)
    {
        await _telling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _lease = lease;
            IEnumerable<PartitionId> failed =
                _unopened.Keys.Concat(replicas.All.Where(replica => !replica.CanServe).Select(replica => replica.Id));
            foreach (PartitionId[] some in failed.Distinct().Chunk(AtOnce))
            {
                // A later life of the broker speaks for itself.
                MetadataTransaction transaction = new();
                transaction.If(ClusterKeys.Life(self.BrokerId), self.Epoch);
                foreach (PartitionId each in some) Put(transaction, each);
                await store.TransactAsync(transaction, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _telling.Release();
        }
    }

    public void Dispose() => _telling.Dispose();

    private async Task ReportAsync(PartitionId partition)
    {
        await Task.Yield(); // The replica's lock may be held.
        try
        {
            while (!await TryReportAsync(partition).ConfigureAwait(false))
                await Task.Delay(Pause, time, stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The broker is leaving, and with its lease goes what was told.
        }
    }

    /// <summary>False: it has to be tried again.</summary>
    private async Task<bool> TryReportAsync(PartitionId partition)
    {
        // One after the other, and each as it is by then: what is told last is true.
        await _telling.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            if (_lease == MetadataLease.None) return true; // All is told when the broker registers.
            bool hasFailed = HasFailed(partition);
            MetadataTransaction transaction = new();
            if (hasFailed) Put(transaction, partition);
            else transaction.Delete(ClusterKeys.FailedReplica(self.BrokerId, partition));
            // Without the lease it is not put: the broker registers anew, and tells all then.
            await store.TransactAsync(transaction, stopping).ConfigureAwait(false);
            return hasFailed == HasFailed(partition);
        }
        catch (MetadataStoreException)
        {
            return false;
        }
        finally
        {
            _telling.Release();
        }
    }

    private bool HasFailed(PartitionId partition) =>
        _unopened.ContainsKey(partition) || replicas.Find(partition) is { CanServe: false };

    private void Put(MetadataTransaction transaction, PartitionId partition) =>
        transaction.Put(ClusterKeys.FailedReplica(self.BrokerId, partition), "{}"u8.ToArray(), _lease);
}
