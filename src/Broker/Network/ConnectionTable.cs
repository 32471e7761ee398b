using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LogStore.Broker.Diagnostics;
using LogStore.Broker.Requests;
using LogStore.Broker.Security;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Network;

/// <summary>All connections: makes them, bounds their number and memory, and ends those that are idle or stuck.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConnectionTable : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Connection, Task> _connections = new();
    private readonly BrokerOptions _options;
    private readonly RequestDispatcher _dispatcher;
    private readonly BrokerSecurity _security;
    private readonly RequestMemory _memory;
    private readonly AnswerMemory _answers;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _sweeper;

    public ConnectionTable(BrokerOptions options, RequestDispatcher dispatcher, BrokerSecurity security, ILogger logger)
    {
        _options = options;
        _dispatcher = dispatcher;
        _security = security;
        _logger = logger;
        _memory = new RequestMemory(options.MaxQueuedRequestBytes);
        _answers = new AnswerMemory(options.MaxQueuedRequestBytes / 4);
        TimeSpan period = TimeSpan.FromTicks(Math.Min(options.MaxIdle.Ticks, options.StallTimeout.Ticks) / 4);
        _sweeper = options.TimeProvider.CreateTimer(_ => Sweep(), null, period, period);
    }

    public int Count => _connections.Count;

    /// <summary>Serves a connection that was accepted.</summary>
    public void Accept(Socket socket, Listener listener)
    {
        string remote = "a client that has gone";
        string host = "";
        if (socket.RemoteEndPoint is IPEndPoint end)
        {
            // A listener for both kinds of addresses sees IPv4 clients as ::ffff:1.2.3.4, which no rule names.
            if (end.Address.IsIPv4MappedToIPv6) end = new IPEndPoint(end.Address.MapToIPv4(), end.Port);
            remote = end.ToString();
            host = end.Address.ToString();
        }

        if (_connections.Count >= _options.MaxConnections)
        {
            BrokerEvents.Closed(_logger, remote, $"there are {_options.MaxConnections} connections already (max.connections)");
            socket.Dispose();
            return;
        }

        // Answers are written whole, so there is nothing for Nagle's algorithm to wait for.
        socket.NoDelay = true;
        // A machine that vanishes sends no FIN: keep-alive finds out.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        Serve(Over(socket, listener.Options.Protocol), host, $"{remote} ({listener.Options})", listener.Options, _security.Authorizer);
    }

    /// <summary>Serves a connection from within the process.</summary>
    public void Accept(Stream stream, Action abort) =>
        Serve(
            new StreamTransport(stream, abort), "127.0.0.1", "this process",
            new ListenerOptions(SecurityProtocol.Plaintext, "", 0), new AllowAll()); // Whoever owns the broker may do all.

    /// <summary>Ends all connections once their requests are answered, or the time is up.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        await _stopping.CancelAsync().ConfigureAwait(false); // What waits for more data answers with what there is.
        long started = _options.TimeProvider.GetTimestamp();
        foreach (Connection connection in _connections.Keys)
        {
            if (!connection.IsBusy) connection.Abort(new ConnectionEndedException());
        }

        while (!_connections.IsEmpty && _options.TimeProvider.GetElapsedTime(started) < patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5)).ConfigureAwait(false);
            foreach (Connection connection in _connections.Keys)
            {
                if (!connection.IsBusy) connection.Abort(new ConnectionEndedException());
            }
        }

        Task[] running = [.. _connections.Values];
        foreach (Connection connection in _connections.Keys) connection.Abort(new ConnectionEndedException());
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private Transport Over(Socket socket, SecurityProtocol protocol) => protocol switch
    {
        SecurityProtocol.Ssl => new TlsTransport(socket, _security.Tls!, asksForCertificate: true, _options.StallTimeout),
        SecurityProtocol.SaslSsl => new TlsTransport(socket, _security.Tls!, asksForCertificate: false, _options.StallTimeout),
        _ => new SocketTransport(socket),
    };

    private void Serve(Transport transport, string host, string name, ListenerOptions listener, IAuthorizer authorizer)
    {
        CancellationTokenSource aborted = new();
        ActivityMark activity = new(_options.TimeProvider);
        ConnectionInfo info = new(host, name, listener.Protocol, authorizer, aborted.Token, _stopping.Token)
        {
            ListenerPort = listener.Port,
        };
        FrameReader reader = new(transport, _memory, activity, _options.MaxRequestBytes, _options.StallTimeout);
        Connection connection = new(
            transport, info, reader, _answers, _dispatcher, aborted, activity, _options.TimeProvider, _logger);
        BrokerEvents.Connected(_logger, name);
        TaskCompletionSource added = new();
        // It is in the table before its first byte is read, and leaves it with its last.
        _connections[connection] = ServeAsync(connection, added.Task);
        added.SetResult();
    }

    private async Task ServeAsync(Connection connection, Task added)
    {
        await added.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await connection.RunAsync().ConfigureAwait(false);
        _connections.TryRemove(connection, out _);
    }

    private void Sweep()
    {
        foreach (Connection connection in _connections.Keys)
        {
            if (!connection.Info.IsAuthenticated && connection.Age > _options.StallTimeout)
                connection.Abort(new TimeoutException("it did not authenticate in time"));
            else if (connection.IsInsideRequest && connection.Idle > _options.StallTimeout)
                connection.Abort(new TimeoutException("it stalled in the middle of a request"));
            else if (connection.AnswerStalled > _options.StallTimeout)
                connection.Abort(new TimeoutException("it did not take its answer"));
            else if (!connection.IsBusy && connection.Idle > _options.MaxIdle)
                connection.Abort(new ConnectionEndedException());
        }
    }
}
