using System.Net.Sockets;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>A connection, from before it is a link on. Ended by any thread, closed by the one that receives.</summary>
internal sealed class TcpConnection(Socket socket, TimeProvider clock, TimeSpan timeout) : IDisposable
{
    private long _since = clock.GetTimestamp();
    private string? _endReason;
    private PeerLink? _link;

    public Socket Socket => socket;

    /// <summary>Why it was ended here; null when it was not.</summary>
    public string? EndReason => Volatile.Read(ref _endReason);

    /// <summary>The peer is who it says it is: there is as much time again to agree on the rest.</summary>
    public void Prolong() => Volatile.Write(ref _since, clock.GetTimestamp());

    /// <summary>The handshake is done.</summary>
    public void Become(PeerLink link) => Volatile.Write(ref _link, link);

    /// <summary>Looks whether it is alive, and says that this end is.</summary>
    public void Tick(bool canJudge)
    {
        if (Volatile.Read(ref _link) is { } link) link.Tick(canJudge);
        else if (clock.GetElapsedTime(Volatile.Read(ref _since)) > timeout)
            End($"the handshake was not done within {timeout.TotalMilliseconds} ms");
    }

    /// <summary>Ends it; whoever waits in it is woken.</summary>
    public void End(string reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, reason, null) is not null) return;
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            socket.Dispose(); // Not connected yet, or no more.
        }
    }

    public void Dispose() => socket.Dispose();
}
