using System.Collections.Concurrent;
using LogStore.Replicator.Transport.Diagnostics;

namespace LogStore.Replicator.Transport.InProcess;

/// <summary>
/// Replication between brokers of one process, over a <see cref="InProcessHub"/>. Hosts and ports are passed over: a broker
/// is found by its number.
/// </summary>
public sealed class InProcessReplicaTransport : IReplicaTransport
{
    internal const string Name = "in-process";

    private readonly InProcessHub _hub;
    private readonly ConcurrentDictionary<int, SerialQueue> _queues = [];
    private Dictionary<int, ReplicaPeer> _peers = []; // Replaced with the hub's lock.
    private IReplicaReceiver? _receiver;

    /// <summary>Makes a transport that does nothing yet.</summary>
    public InProcessReplicaTransport(InProcessHub hub, ReplicaTransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(hub);
        ArgumentNullException.ThrowIfNull(options);
        _hub = hub;
        Options = options;
    }

    internal ReplicaTransportOptions Options { get; }

    internal IReplicaReceiver Receiver => _receiver ?? throw new InvalidOperationException("It has not been started.");

    /// <summary>This broker's registration; null before there is one. Changed with the hub's lock.</summary>
    internal long? CurrentSession { get; private set; }

    internal long Session => CurrentSession ?? -1;

    /// <inheritdoc/>
    public (string Host, int Port) Address => (Name, 0);

    /// <inheritdoc/>
    public IReadOnlyList<LinkStatus> Links =>
    [
        .. Volatile.Read(ref _peers).Keys.Select(id => _hub.IsLinked(this, id)
            ? new LinkStatus(id, Name, IsUp: true, Reason: null)
            : new LinkStatus(id, Name, IsUp: false, _hub.Has(id) ? "they do not know each other" : "nobody is there")),
    ];

    /// <inheritdoc/>
    public void Start(IReplicaReceiver receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        if (_receiver is not null) throw new InvalidOperationException("It has been started already.");
        _receiver = receiver;
        _hub.Add(this);
    }

    /// <inheritdoc/>
    public void SetSession(long session)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(session);
        _hub.Change(() => CurrentSession = session, "the broker has registered anew");
    }

    /// <inheritdoc/>
    public void SetPeers(IReadOnlyList<ReplicaPeer> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        Dictionary<int, ReplicaPeer> named = peers.ToDictionary(peer => peer.BrokerId);
        named.Remove(Options.BrokerId);
        _hub.Change(
            () =>
            {
                Dictionary<int, ReplicaPeer> before = _peers;
                Volatile.Write(ref _peers, named);
                foreach (ReplicaPeer peer in named.Values)
                {
                    if (before.GetValueOrDefault(peer.BrokerId) != peer && !_hub.Has(peer.BrokerId)) PostRefused(peer.BrokerId);
                }
            },
            "the peer was removed, or has registered anew");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _hub.Remove(this);
        foreach (SerialQueue queue in _queues.Values) await queue.DrainAsync().ConfigureAwait(false);
    }

    /// <summary>Where what concerns a peer is told, over all links to it.</summary>
    internal SerialQueue QueueOf(int brokerId) => _queues.GetOrAdd(brokerId, static _ => new SerialQueue());

    /// <summary>Whether a peer is who this broker takes it for. With the hub's lock.</summary>
    internal bool Knows(InProcessReplicaTransport other) =>
        other.CurrentSession is { } session &&
        _peers.TryGetValue(other.Options.BrokerId, out ReplicaPeer? peer) && peer.Session == session &&
        string.Equals(other.Options.ClusterId, Options.ClusterId, StringComparison.Ordinal) &&
        other.Options.Secret.Span.SequenceEqual(Options.Secret.Span);

    /// <summary>Tells that nobody is there, if it is of interest.</summary>
    internal void PostRefused(int brokerId)
    {
        if (_peers.TryGetValue(brokerId, out ReplicaPeer? peer)) QueueOf(brokerId).Post(() => TellRefused(peer));
    }

    private void TellRefused(ReplicaPeer peer)
    {
        try
        {
            Receiver.OnRefused(peer);
        }
        catch (Exception exception)
        {
            TransportEvents.ReceiverFailed(Options.Logger, peer.BrokerId, exception);
        }
    }
}
