namespace LogStore.Replicator.Transport;

/// <summary>
/// Carries replication between brokers: one link to each peer, on which all partitions share. A link keeps what is sent in
/// order and loses nothing while it is up; when it goes down, whatever was under way may be lost, and the next link to the
/// same peer is another one, with a generation of its own.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public interface IReplicaTransport : IAsyncDisposable
{
    /// <summary>Begins to listen, and to link to the peers. Once.</summary>
    /// <param name="receiver">
    /// Told of all that happens on links; it must not block for long. The transport cannot be disposed of from within a call.
    /// </param>
    /// <exception cref="ReplicaTransportException">The address cannot be listened on.</exception>
    public void Start(IReplicaReceiver receiver);

    /// <summary>
    /// Says under which registration this broker is known, which its peers expect. Before it is said there are no links; when
    /// it changes, links come up anew.
    /// </summary>
    public void SetSession(long session);

    /// <summary>
    /// Says which peers there are: links to them are kept up, links to others are taken down. A peer that has moved or
    /// registered anew is another one. This broker itself may be among them, and is passed over.
    /// </summary>
    public void SetPeers(IReadOnlyList<ReplicaPeer> peers);

    /// <summary>Where peers reach this broker, once it has been started: what it registers.</summary>
    public (string Host, int Port) Address { get; }

    /// <summary>What there is to say of each peer's link, for operators.</summary>
    public IReadOnlyList<LinkStatus> Links { get; }
}
