using LogStore.Replicator.Diagnostics;
using LogStore.Replicator.Metadata;
using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Cluster;

/// <summary>Keeps a broker registered at the authority, by a lease that it renews.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Registration(
    IMetadataStore store, BrokerRegistration broker, FailedReplicas failed, TimeSpan sessionTimeout, TimeProvider time,
    ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private BrokerRegistration _broker = broker;
    private MetadataLease _lease;
    private long _leaseId;
    private volatile bool _isStoreReachable = true;

    /// <summary>The lease that the registration lives by now.</summary>
    public MetadataLease Lease => new(Volatile.Read(ref _leaseId));

    /// <summary>Runs while the lease is renewed; fails when the broker's number has become another's.</summary>
    public Task Renewing { get; private set; } = Task.CompletedTask;

    /// <summary>Whether the store has answered the last time that it was asked.</summary>
    public bool IsStoreReachable
    {
        get => _isStoreReachable;
        private set => _isStoreReachable = value;
    }

    /// <summary>Registers, and stays registered from then on.</summary>
    /// <exception cref="InvalidConfigException">Another broker has begun a life by the same number since.</exception>
    /// <exception cref="MetadataStoreException">The store cannot be reached.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(cancellationToken).ConfigureAwait(false);
        Renewing = Task.Run(RenewAsync, CancellationToken.None);
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
        await Renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            MetadataLease lease = await store.GrantLeaseAsync(sessionTimeout, cancellationToken).ConfigureAwait(false);
            // Who sees the broker is to see what it cannot serve.
            await failed.TellAllAsync(lease, cancellationToken).ConfigureAwait(false);
            // On the condition that no later life has begun: this one would speak of a log that is no longer the broker's.
            MetadataResult result = await store.TransactAsync(
                new MetadataTransaction().If(ClusterKeys.Life(_broker.BrokerId), _broker.Epoch)
                    .Put(ClusterKeys.Broker(_broker.BrokerId), ClusterJson.Write(_broker), lease),
                cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded) await ThrowRefusedAsync(cancellationToken).ConfigureAwait(false);
            _lease = lease;
            Volatile.Write(ref _leaseId, lease.Id);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task ThrowRefusedAsync(CancellationToken cancellationToken)
    {
        MetadataEntry? life =
            await store.GetAsync(ClusterKeys.Life(_broker.BrokerId), cancellationToken).ConfigureAwait(false);
        if (life?.Version == _broker.Epoch)
            throw new MetadataStoreException($"The lease of broker {_broker.BrokerId} has run out before it could register.");
        throw new InvalidConfigException(
            "broker.id",
            $"broker {_broker.BrokerId} has been started elsewhere since, or {store} has lost what it held; stop one of the two, or " +
            "restore the store");
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
            catch (MetadataStoreException exception)
            {
                if (IsStoreReachable) ReplicaEvents.StoreUnreachable(logger, exception.Message);
                IsStoreReachable = false;
            }
        }
    }
}
