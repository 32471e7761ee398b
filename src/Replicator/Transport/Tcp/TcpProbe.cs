using System.Net.Sockets;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>
/// Looks, while there is no link to a peer that dials, whether anybody listens there: otherwise only the one that dials would
/// find out that the other's process is gone. The connection is closed at once.
/// </summary>
internal sealed class TcpProbe(TcpPeer peer, TcpLinkMaker maker)
{
    /// <summary>Probes for as long as the peer is one.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await peer.WaitLostAsync().ConfigureAwait(false);
                Backoff backoff = new();
                while (maker.Links.Find(peer.Peer.BrokerId) is null)
                {
                    await ProbeAsync().ConfigureAwait(false);
                    await Task.Delay(backoff.Take(), peer.Ended).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The peer is no longer one.
        }
    }

    private async Task ProbeAsync()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(peer.Ended);
        patience.CancelAfter(Backoff.Most);
        try
        {
            await socket.ConnectAsync(peer.Peer.Host, peer.Peer.Port, patience.Token).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            peer.Reason = $"nobody listens at {peer.Peer.Host}:{peer.Peer.Port}";
            maker.TellRefused(peer);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Silence says nothing of the process.
        }
    }
}
