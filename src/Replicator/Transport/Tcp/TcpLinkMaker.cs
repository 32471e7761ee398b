using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Cryptography;
using LogStore.Replicator.Transport.Diagnostics;
using LogStore.Replicator.Transport.Frames;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>Makes links of connections: dials, accepts, and runs what comes of it on the thread it is called on.</summary>
/// <param name="options">The settings.</param>
/// <param name="receiver">Told of what happens on links.</param>
/// <param name="find">The peer with a number; null when there is none.</param>
internal sealed class TcpLinkMaker(
    ReplicaTransportOptions options, IReplicaReceiver receiver, Func<int, TcpPeer?> find)
{
    /// <summary>
    /// How many connections there may be that are not links yet: each has a thread, and anybody who reaches the port can
    /// make one.
    /// </summary>
    private const int MaxUnproven = 64;

    private const long NoSession = -1;

    private static long s_generation = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private readonly Lock _gate = new();
    private readonly HashSet<TcpConnection> _connections = [];
    private int _unproven;
    private long _session = NoSession;
    private bool _isStopped;

    /// <summary>The links that are up.</summary>
    public TcpLinkTable Links { get; } = new();

    /// <summary>See <see cref="IReplicaTransport.SetSession"/>.</summary>
    public void SetSession(long session)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(session);
        if (Interlocked.Exchange(ref _session, session) != session) Links.AbortAll("this broker has registered anew");
    }

    /// <summary>Nobody listens where the peer should be.</summary>
    public void TellRefused(TcpPeer peer)
    {
        try
        {
            receiver.OnRefused(peer.Peer);
        }
        catch (Exception exception)
        {
            TransportEvents.ReceiverFailed(options.Logger, peer.Peer.BrokerId, exception);
        }
    }

    /// <summary>Looks after what is connected.</summary>
    /// <param name="canJudge">Whether silence may be held against a peer.</param>
    public void Tick(bool canJudge)
    {
        TcpConnection[] connections;
        lock (_gate) connections = [.. _connections];
        foreach (TcpConnection connection in connections) connection.Tick(canJudge);
    }

    /// <summary>Takes all links down, and makes no others.</summary>
    public void Stop()
    {
        Links.Close();
        TcpConnection[] connections;
        lock (_gate)
        {
            _isStopped = true;
            connections = [.. _connections];
        }

        Links.AbortAll("this broker is stopping");
        foreach (TcpConnection connection in connections) connection.End("this broker is stopping");
    }

    /// <summary>Takes in a connection that was accepted.</summary>
    /// <returns>False: there are too many.</returns>
    public bool TryEnter(Socket socket, [NotNullWhen(true)] out TcpConnection? connection)
    {
        connection = null;
        lock (_gate)
        {
            if (_isStopped || _unproven >= MaxUnproven) return false;
            _unproven++;
            connection = new TcpConnection(socket, options.TimeProvider, options.LinkTimeout);
            _connections.Add(connection);
            return true;
        }
    }

    /// <summary>Serves a connection that was accepted, until it ends.</summary>
    public void Accept(TcpConnection connection)
    {
        string address = "an unknown address";
        bool isProven = false;
        try
        {
            address = connection.Socket.RemoteEndPoint?.ToString() ?? address;
            connection.Socket.NoDelay = true;
            Hello local = MakeHello();
            SocketFrameChannel channel = new(connection.Socket, local.Generation);
            Hello peer = LinkHandshake.Accept(channel, local, options.Secret.Span, hello => hello.BrokerId > options.BrokerId
                    ? $"broker {hello.BrokerId} is dialled by broker {options.BrokerId}, and does not dial it"
                    : WhyNot(hello, local));
            isProven = true;
            lock (_gate) _unproven--;
            Run(connection, channel, local, peer, out _);
        }
        catch (FrameException exception)
        {
            TransportEvents.Refused(options.Logger, address, connection.EndReason ?? exception.Message);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            TransportEvents.Ended(options.Logger, address, connection.EndReason ?? exception.Message);
        }
        finally
        {
            lock (_gate)
            {
                if (!isProven) _unproven--;
            }

            Leave(connection);
        }
    }

    /// <summary>Dials a peer, again and again, and serves what comes of it, for as long as it is one.</summary>
    public void KeepLinked(TcpPeer peer)
    {
        Backoff backoff = new();
        string? lastReason = null;
        while (!peer.Ended.IsCancellationRequested)
        {
            bool wasUp = false;
            long since = TimeProvider.System.GetTimestamp();
            if (Volatile.Read(ref _session) != NoSession)
            {
                string reason = Dial(peer, out wasUp);
                peer.Reason = reason;
                // Each reason once: a peer that is gone for a day is dialled twice a second.
                if (!wasUp && reason != lastReason && !peer.Ended.IsCancellationRequested)
                    TransportEvents.NoLink(options.Logger, peer.Peer.BrokerId, reason);
                lastReason = wasUp ? null : reason;
            }

            // A link that was lost is dialled at once, but not if it never lasts.
            if (wasUp && TimeProvider.System.GetElapsedTime(since) > Backoff.Most) backoff = new Backoff();
            else peer.Ended.WaitHandle.WaitOne(backoff.Take());
        }
    }

    private string Dial(TcpPeer peer, out bool wasUp)
    {
        wasUp = false;
        TcpConnection? connection = null;
        CancellationTokenRegistration ending = default;
        try
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            connection = new TcpConnection(socket, options.TimeProvider, options.LinkTimeout);
            lock (_gate)
            {
                if (_isStopped) return "this broker is stopping";
                _connections.Add(connection);
            }

            ending = peer.Ended.UnsafeRegister(
                static state => ((TcpConnection)state!).End("the peer is no longer one"), connection);
            // Not in the asynchronous way, which would make the socket a non-blocking one.
            socket.Connect(peer.Peer.Host, peer.Peer.Port);
            Hello local = MakeHello();
            SocketFrameChannel channel = new(socket, local.Generation);
            Hello answer = LinkHandshake.Dial(
                channel, local, options.Secret.Span,
                hello => hello.BrokerId != peer.Peer.BrokerId
                    ? $"broker {hello.BrokerId} answers where broker {peer.Peer.BrokerId} should"
                    : WhyNot(hello, local));
            return Run(connection, channel, local, answer, out wasUp);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            TellRefused(peer);
            return $"nobody listens at {peer.Peer.Host}:{peer.Peer.Port}";
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or FrameException)
        {
            return connection?.EndReason ?? exception.Message;
        }
        finally
        {
            ending.Dispose();
            if (connection is not null) Leave(connection);
        }
    }

    private string Run(TcpConnection connection, SocketFrameChannel channel, Hello local, Hello peer, out bool wasUp)
    {
        connection.Prolong();
        LinkContext context = new(connection, local, peer, options, receiver);
        DataPathAgreement agreement = DataPathHandshake.Agree(channel, options.DataPlane, context);
        PeerLink link = (PeerLink?)agreement.Link ?? new TcpLink(context, channel, agreement);
        connection.Become(link);
        wasUp = Links.TryAdd(link, () => WhyNot(peer, local) is null);
        if (!wasUp)
        {
            link.Dispose();
            return "what was agreed on has changed meanwhile";
        }

        string reason;
        try
        {
            reason = link.Run();
        }
        finally
        {
            Links.Remove(link);
        }

        find(peer.BrokerId)?.LinkLost(reason);
        return reason;
    }

    private void Leave(TcpConnection connection)
    {
        lock (_gate) _connections.Remove(connection);
        connection.Dispose();
    }

    private Hello MakeHello() => new()
    {
        BrokerId = options.BrokerId,
        Session = Volatile.Read(ref _session),
        Generation = Interlocked.Increment(ref s_generation),
        Window = options.WindowBytes,
        Nonce = RandomNumberGenerator.GetBytes(Hello.NonceSize),
        ClusterId = options.ClusterId,
    };

    private string? WhyNot(Hello hello, Hello local)
    {
        if (local.Session == NoSession || local.Session != Volatile.Read(ref _session))
            return $"broker {local.BrokerId} is not registered yet, or has just been registered anew";
        if (find(hello.BrokerId) is not { } peer) return $"broker {local.BrokerId} does not know broker {hello.BrokerId}";
        if (peer.Peer.Session == hello.Session) return null;
        return $"broker {hello.BrokerId} has registration {hello.Session}; broker {local.BrokerId} knows {peer.Peer.Session}";
    }
}
