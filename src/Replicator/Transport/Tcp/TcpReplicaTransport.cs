using System.Net;
using System.Net.Sockets;
using LogStore.Replicator.Transport.Diagnostics;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>
/// Replication over TCP: one connection to each peer, dialled by the broker with the lower number. Each link has a thread
/// that receives. Where both ends have a <see cref="ReplicaTransportOptions.DataPlane"/>, a link's frames take that, and the
/// connection only says that the peer is there.
/// </summary>
public sealed class TcpReplicaTransport : IReplicaTransport
{
    internal const string Name = "tcp";

    private readonly ReplicaTransportOptions _options;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, TcpPeer> _peers = [];
    private readonly HashSet<Task> _tasks = [];
    private readonly CancellationTokenSource _stopping = new();
    private TcpListeningSocket? _listener;
    private TcpLinkMaker? _maker;
    private bool _isDisposed;

    /// <summary>Makes a transport that does nothing yet.</summary>
    public TcpReplicaTransport(ReplicaTransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Where it listens, once it has been started: what is to be registered, with the port that was taken.</summary>
    public IPEndPoint EndPoint => _listener?.EndPoint ?? throw new InvalidOperationException("It has not been started.");

    /// <inheritdoc/>
    public (string Host, int Port) Address
    {
        get
        {
            bool isAny = EndPoint.Address.Equals(IPAddress.Any) || EndPoint.Address.Equals(IPAddress.IPv6Any);
            return (isAny ? Dns.GetHostName() : EndPoint.Address.ToString(), EndPoint.Port);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<LinkStatus> Links
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _peers.Values.Select(peer =>
                    {
                        PeerLink? link = _maker?.Links.Find(peer.Peer.BrokerId);
                        return new LinkStatus(
                            peer.Peer.BrokerId, link?.Transport ?? Name, link is not null, link is null ? peer.Reason : link.Note);
                    }),
                ];
            }
        }
    }

    /// <inheritdoc/>
    public void Start(IReplicaReceiver receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        if (_listener is not null) throw new InvalidOperationException("It has been started already.");
        _listener = TcpListeningSocket.Bind(_options);
        _maker = new TcpLinkMaker(_options, receiver, Find);
        TransportEvents.Listening(_options.Logger, _options.BrokerId, _listener.EndPoint.ToString());
        Keep(_listener.AcceptAsync(Accept));
        TcpPulse pulse = new(_options, _maker);
        Keep(RunAsync("replica heartbeats", () => pulse.Run(_stopping.Token)));
    }

    /// <inheritdoc/>
    public void SetSession(long session) => Maker.SetSession(session);

    /// <inheritdoc/>
    public void SetPeers(IReadOnlyList<ReplicaPeer> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        Dictionary<int, ReplicaPeer> named = peers.ToDictionary(peer => peer.BrokerId);
        named.Remove(_options.BrokerId);
        lock (_gate)
        {
            if (_isDisposed) return;
            foreach (TcpPeer gone in _peers.Values.Where(each => named.GetValueOrDefault(each.Peer.BrokerId) != each.Peer).ToArray())
            {
                _peers.Remove(gone.Peer.BrokerId);
                gone.Dispose();
                bool isNamed = named.ContainsKey(gone.Peer.BrokerId);
                Maker.Links.Abort(gone.Peer.BrokerId, isNamed ? "the peer has registered anew" : "the peer was removed");
            }

            foreach (ReplicaPeer peer in named.Values.Where(each => !_peers.ContainsKey(each.BrokerId))) Add(new TcpPeer(peer));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        TcpPeer[] peers;
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            peers = [.. _peers.Values];
        }

        _listener?.Dispose();
        foreach (TcpPeer peer in peers) peer.Dispose();
        _maker?.Stop();
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] tasks;
        lock (_gate) tasks = [.. _tasks];
        await Task.WhenAll(tasks).ConfigureAwait(false);
        _options.DataPlane?.Dispose();
        _stopping.Dispose();
    }

    private TcpLinkMaker Maker => _maker ?? throw new InvalidOperationException("It has not been started.");

    private TcpPeer? Find(int brokerId)
    {
        lock (_gate) return _peers.GetValueOrDefault(brokerId);
    }

    private void Add(TcpPeer peer)
    {
        _peers.Add(peer.Peer.BrokerId, peer);
        TcpLinkMaker maker = Maker;
        if (_options.BrokerId < peer.Peer.BrokerId)
            Keep(RunAsync($"link to broker {peer.Peer.BrokerId}", () => maker.KeepLinked(peer)));
        else
            Keep(new TcpProbe(peer, maker).RunAsync());
    }

    private void Accept(Socket socket)
    {
        lock (_gate)
        {
            if (_isDisposed || _maker is not { } maker || !maker.TryEnter(socket, out TcpConnection? connection))
            {
                socket.Dispose();
                return;
            }

            Keep(RunAsync("link from a broker", () => maker.Accept(connection)));
        }
    }

    /// <summary>A thread of its own: it waits in the system for as long as a link lives.</summary>
    private static Task RunAsync(string name, Action run) => Task.Factory.StartNew(
        () =>
        {
            Thread.CurrentThread.Name = name;
            run();
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Keep(Task task)
    {
        lock (_gate) _tasks.Add(task);
        _ = task.ContinueWith(
            done =>
            {
                lock (_gate) _tasks.Remove(done);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
