using LogStore.Client.Cluster;
using LogStore.Client.Connections;
using LogStore.KafkaProtocol.Transactions;

namespace LogStore.Client.Producing;

/// <summary>Gets producer ids from the cluster, in the background.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ProducerIdentitySource(ClusterClient cluster, Action arrived, Action<ClientException> failed)
{
    private readonly Lock _gate = new();
    private volatile ProducerIdentity? _current;
    private bool _asking;

    /// <summary>
    /// An identity other than <paramref name="used"/>; null until there is one, which is then announced.
    /// </summary>
    public ProducerIdentity? TryGet(ProducerIdentity? used)
    {
        if (_current is { } current && current != used) return current;
        lock (_gate)
        {
            if (_asking) return null;
            if (_current is { } fresh && fresh != used) return fresh;
            _asking = true;
        }

        _ = AskAsync();
        return null;
    }

    private async Task AskAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!cluster.Closing.IsCancellationRequested)
        {
            try
            {
                // As long as it takes: records that wait for it have their own time limit.
                ProducerIdentity identity = await Retry
                    .RunAsync(cluster, TimeSpan.MaxValue, AskOnceAsync, cluster.Closing).ConfigureAwait(false);
                lock (_gate) (_current, _asking) = (identity, false);
                arrived();
                return;
            }
            catch (ClientException e)
            {
                failed(e);
                return;
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // The producer is being closed, or it was a connection that has ended: the loop's condition tells.
            }
        }
    }

    private async Task<ProducerIdentity> AskOnceAsync(CancellationToken cancellationToken)
    {
        BrokerConnection connection = await cluster.ConnectAnyAsync(cancellationToken).ConfigureAwait(false);
        InitProducerIdResponse response = await connection.SendAsync<InitProducerIdRequest, InitProducerIdResponse>(
            new InitProducerIdRequest(), cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        BrokerErrorException.ThrowIfError(response.ErrorCode, "Asking for a producer id");
        return new ProducerIdentity(response.ProducerId, response.ProducerEpoch);
    }
}
