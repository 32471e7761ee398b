using LogStore.Replicator.Protocol;

namespace LogStore.Replicator.Transport;

/// <summary>
/// Is told what happens on links: on one thread at a time for each link, in the order it happens. An exception is taken for a
/// message that cannot be handled, and takes the link down.
/// </summary>
public interface IReplicaReceiver
{
    /// <summary>A link is up; it is the only one to its peer.</summary>
    public void OnLinkUp(IReplicaLink link);

    /// <summary>A link is down for good.</summary>
    /// <param name="link">The link.</param>
    /// <param name="isRefused">
    /// Whether the peer's host says that nobody listens there (as opposed to silence): the peer's process is gone.
    /// </param>
    public void OnLinkDown(IReplicaLink link, bool isRefused);

    /// <summary>Nobody listens at a peer's address, on an attempt to link to it: its process is gone.</summary>
    public void OnRefused(ReplicaPeer peer);

    /// <summary>A message has arrived.</summary>
    /// <param name="link">Where from.</param>
    /// <param name="message">The message; the sender is not trusted to make sense.</param>
    /// <param name="payload">Its records, valid until the call returns.</param>
    public void OnMessage(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload);

    /// <summary>All that has arrived so far has been told: the time to answer.</summary>
    public void OnDrained(IReplicaLink link);

    /// <summary>There is room again, after a message that was not taken.</summary>
    public void OnWritable(IReplicaLink link);
}
