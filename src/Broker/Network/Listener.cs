using System.Net;
using System.Net.Sockets;
using LogStore.Broker.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Network;

/// <summary>Accepts the connections that come to one address.</summary>
internal sealed class Listener : IDisposable
{
    private const int Backlog = 1024;

    private readonly Socket _socket;
    private readonly ILogger _logger;
    private volatile bool _isDisposed;

    private Listener(ListenerOptions options, Socket socket, ILogger logger)
    {
        _socket = socket;
        _logger = logger;
        Options = options with { Port = ((IPEndPoint)socket.LocalEndPoint!).Port };
    }

    /// <summary>The address, with the port that was taken.</summary>
    public ListenerOptions Options { get; }

    /// <summary>Takes the address, so that connections queue up; they are accepted by <see cref="AcceptAsync"/>.</summary>
    /// <exception cref="ListenerException">The address is not this machine's, or is taken.</exception>
    public static Listener Bind(ListenerOptions options, ILogger logger)
    {
        Socket? socket = null;
        try
        {
            IPAddress address = Resolve(options.Host);
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            // No ReuseAddress: .NET makes that SO_REUSEPORT, by which two brokers share a port. Connections of an earlier
            // broker in TIME_WAIT do not matter: .NET binds with SO_REUSEADDR.
            socket.Bind(new IPEndPoint(address, options.Port));
            socket.Listen(Backlog);
            return new Listener(options, socket, logger);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new ListenerException(options, exception);
        }
    }

    /// <summary>
    /// Hands every connection to <paramref name="accepted"/> until the listener is disposed, and for no other reason ends: one
    /// that cannot be served is closed.
    /// </summary>
    public async Task AcceptAsync(Action<Socket, Listener> accepted, TimeProvider clock)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _socket.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception) when (_isDisposed)
            {
                return;
            }
            catch (Exception exception)
            {
                // No file descriptors are left, as a rule: they come back as connections end.
                BrokerEvents.AcceptFailed(_logger, Options.ToString(), exception);
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock).ConfigureAwait(false);
                continue;
            }

            try
            {
                accepted(socket, this);
            }
            catch (Exception exception)
            {
                // Its client has gone already, as a rule. Whatever it is, it must not end the listener.
                BrokerEvents.NotServed(_logger, Options.ToString(), exception);
                socket.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _socket.Dispose();
    }

    private static IPAddress Resolve(string host)
    {
        if (host.Length == 0) return IPAddress.IPv6Any;
        if (IPAddress.TryParse(host, out IPAddress? address)) return address;
        return Dns.GetHostAddresses(host) is [var first, ..] addresses
            ? Array.Find(addresses, each => each.AddressFamily == AddressFamily.InterNetwork) ?? first
            : throw new SocketException((int)SocketError.HostNotFound);
    }
}
