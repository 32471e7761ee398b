using LogStore.Client.Connections;
using LogStore.KafkaProtocol.Groups;

namespace LogStore.Client.Cluster;

/// <summary>Knows which broker coordinates a group.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class CoordinatorLocator(ClusterClient cluster, string groupId)
{
    private readonly Lock _gate = new();
    private BrokerAddress? _address;

    /// <summary>A connection to the coordinator.</summary>
    /// <exception cref="ClientException">There is none at the moment, or it cannot be reached.</exception>
    public async Task<BrokerConnection> ConnectAsync(LinkPurpose purpose, CancellationToken cancellationToken)
    {
        BrokerAddress? known;
        lock (_gate) known = _address;
        BrokerAddress address = known ?? await FindAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await cluster.ConnectAsync(address, purpose, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerUnreachableException)
        {
            Forget();
            throw;
        }
    }

    /// <summary>Asks anew next time; called when a broker says that it is not the one.</summary>
    public void Forget()
    {
        lock (_gate) _address = null;
    }

    /// <summary>Forgets the coordinator where an error says that it has moved.</summary>
    public void Note(ErrorCode code)
    {
        if (code is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.NetworkException or
            ErrorCode.RequestTimedOut)
            Forget();
    }

    private async Task<BrokerAddress> FindAsync(CancellationToken cancellationToken)
    {
        BrokerConnection connection = await cluster.ConnectAnyAsync(cancellationToken).ConfigureAwait(false);
        FindCoordinatorResponse response = await connection.SendAsync<FindCoordinatorRequest, FindCoordinatorResponse>(
            new FindCoordinatorRequest { Key = groupId }, cluster.Options.RequestTimeout, cancellationToken)
            .ConfigureAwait(false);
        BrokerErrorException.ThrowIfError(
            response.ErrorCode, $"Finding the coordinator of group '{groupId}'", response.ErrorMessage);
        var address = new BrokerAddress(response.Host, response.Port);
        lock (_gate) _address = address;
        return address;
    }
}
