using LogStore.Replicator.Diagnostics;
using LogStore.Replicator.Metadata;
using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Cluster;

/// <summary>Keeps a broker registered at the authority, by a lease that it renews.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Registration(
    IMetadataStore store, BrokerRegistration broker, TimeSpan sessionTimeout, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private Task _renewing = Task.CompletedTask;
    private BrokerRegistration _broker = broker;
    private MetadataLease _lease;
    private long _leaseId;

    /// <summary>The lease that the registration lives by now.</summary>
    public MetadataLease Lease => new(Volatile.Read(ref _leaseId));

    /// <summary>Whether the store has answered the last time that it was asked.</summary>
    public bool IsStoreReachable { get; private set; } = true;

    /// <summary>Registers, and stays registered from then on.</summary>
    /// <exception cref="InvalidConfigException">Another broker has the same number.</exception>
    /// <exception cref="MetadataStoreException">The store cannot be reached.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReplaceEarlierLifeAsync(cancellationToken).ConfigureAwait(false);
        await RegisterAsync(cancellationToken).ConfigureAwait(false);
        _renewing = Task.Run(RenewAsync, CancellationToken.None);
    }

    /// <summary>Says that the broker is about to stop.</summary>
    public async Task SetStoppingAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _broker = _broker with { IsStopping = true };
            await store.TransactAsync(
                new MetadataTransaction().Put(ClusterKeys.Broker(_broker.BrokerId), ClusterJson.Write(_broker), _lease),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends the registration.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2), time);
            if (_lease != MetadataLease.None) await store.RevokeLeaseAsync(_lease, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MetadataStoreException or OperationCanceledException)
        {
            // It runs out by itself.
        }

        _stopping.Dispose();
    }

    /// <summary>
    /// What this directory's earlier life has left is replaced at once; the number of another directory's broker is not
    /// taken from it.
    /// </summary>
    private async Task ReplaceEarlierLifeAsync(CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (await store.GetAsync(ClusterKeys.Broker(_broker.BrokerId), cancellationToken).ConfigureAwait(false) is { } entry)
        {
            BrokerRegistration other = ClusterJson.ReadBroker(entry.Value);
            if (other.CreatedIn == _broker.CreatedIn)
            {
                await store.RevokeLeaseAsync(entry.Lease, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                if (time.GetElapsedTime(started) > sessionTimeout * 2)
                    throw new InvalidConfigException(
                        "broker.id",
                        $"broker {_broker.BrokerId} is running on another data directory, at " +
                        $"{other.Replication.Host}:{other.Replication.Port}; choose another number");
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            MetadataLease lease = await store.GrantLeaseAsync(sessionTimeout, cancellationToken).ConfigureAwait(false);
            // On the condition that no later life has begun: this one would speak of a log that is no longer the broker's.
            MetadataResult result = await store.TransactAsync(
                new MetadataTransaction().If(ClusterKeys.Life(_broker.BrokerId), _broker.Epoch)
                    .Put(ClusterKeys.Broker(_broker.BrokerId), ClusterJson.Write(_broker), lease),
                cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded)
                throw new InvalidConfigException(
                    "broker.id", $"broker {_broker.BrokerId} has been started elsewhere since; stop one of the two");
            _lease = lease;
            Volatile.Write(ref _leaseId, lease.Id);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task RenewAsync()
    {
        CancellationToken stopping = _stopping.Token;
        while (true)
        {
            await Task.Delay(IsStoreReachable ? sessionTimeout / 3 : Pause, time, stopping).ConfigureAwait(false);
            try
            {
                if (!await store.RenewLeaseAsync(_lease, stopping).ConfigureAwait(false))
                {
                    ReplicaEvents.LeaseLost(logger, _broker.BrokerId);
                    await RegisterAsync(stopping).ConfigureAwait(false);
                }

                if (!IsStoreReachable) ReplicaEvents.StoreReachable(logger);
                IsStoreReachable = true;
            }
            catch (InvalidConfigException exception)
            {
                ReplicaEvents.Replaced(logger, exception.Message);
                return;
            }
            catch (MetadataStoreException exception)
            {
                if (IsStoreReachable) ReplicaEvents.StoreUnreachable(logger, exception.Message);
                IsStoreReachable = false;
            }
        }
    }
}
