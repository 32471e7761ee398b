using System.Net;
using System.Net.Sockets;
using LogStore.Replicator.Transport.Diagnostics;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>Accepts the connections of peers.</summary>
internal sealed class TcpListeningSocket : IDisposable
{
    private const int Backlog = 128;

    private readonly Socket _socket;
    private readonly ReplicaTransportOptions _options;

    private TcpListeningSocket(Socket socket, ReplicaTransportOptions options)
    {
        _socket = socket;
        _options = options;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>The address, with the port that was taken.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Takes the address.</summary>
    /// <exception cref="ReplicaTransportException">It may not, or cannot, be listened on.</exception>
    public static TcpListeningSocket Bind(ReplicaTransportOptions options)
    {
        string listener = $"{options.Host}:{options.Port}";
        Socket? socket = null;
        try
        {
            IPAddress address = Resolve(options.Host);
            if (options.Secret.IsEmpty && !options.AllowInsecure && !IPAddress.IsLoopback(address))
                throw new ReplicaTransportException(
                    $"Cannot listen for replicas on {listener}: without a secret it would be open to the network; set a " +
                    "secret that all brokers share, use a loopback address, or allow insecure listeners.");
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, options.Port));
            socket.Listen(Backlog);
            return new TcpListeningSocket(socket, options);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new ReplicaTransportException(
                $"Cannot listen for replicas on {listener}: {exception.Message}; choose another address or port.", exception);
        }
    }

    /// <summary>Hands every connection to <paramref name="accepted"/> until the listener is disposed of.</summary>
    public async Task AcceptAsync(Action<Socket> accepted)
    {
        while (true)
        {
            try
            {
                accepted(await _socket.AcceptAsync().ConfigureAwait(false));
            }
            catch (Exception exception) when (exception is ObjectDisposedException ||
                exception is SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.InvalidArgument })
            {
                return;
            }
            catch (SocketException exception)
            {
                // No file descriptors are left, as a rule: they come back as connections end.
                TransportEvents.AcceptFailed(_options.Logger, EndPoint.ToString(), exception);
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static IPAddress Resolve(string host)
    {
        if (host.Length == 0) return IPAddress.IPv6Any;
        if (IPAddress.TryParse(host, out IPAddress? address)) return address;
        return Dns.GetHostAddresses(host) is [var first, ..] addresses
            ? Array.Find(addresses, each => each.AddressFamily == AddressFamily.InterNetwork) ?? first
            : throw new SocketException((int)SocketError.HostNotFound);
    }
}
