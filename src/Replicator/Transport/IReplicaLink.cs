using LogStore.Reading;
using LogStore.Replicator.Protocol;

namespace LogStore.Replicator.Transport;

/// <summary>One life of the connection to a peer.</summary>
/// <remarks>Thread-safe: what one thread sends arrives in the order it was sent.</remarks>
public interface IReplicaLink
{
    /// <summary>The peer's number.</summary>
    public int BrokerId { get; }

    /// <summary>Differs from that of every other link to the same peer that this process has had.</summary>
    public long Generation { get; }

    /// <summary>
    /// Takes a message to be sent with the next <see cref="Flush"/>, or before it. A link that is down swallows it: its
    /// receiver has been told, or is about to be.
    /// </summary>
    /// <returns>
    /// False: too much is under way to the peer. Nothing was taken; <see cref="IReplicaReceiver.OnWritable"/> follows when
    /// there is room again.
    /// </returns>
    public bool TrySend(in ReplicaMessage message);

    /// <summary>As <see cref="TrySend(in ReplicaMessage)"/>, with records that the source writes into the link's own memory.</summary>
    /// <param name="source">
    /// Called at once, on this thread; it completes the message by what it has written. Not called when nothing is taken, nor
    /// when the link is down. Others who send wait meanwhile, so it must not wait for them, nor send.
    /// </param>
    /// <param name="maxBytes">The most that the source may write, and thus the room that is needed.</param>
    public bool TrySend(IPayloadSource source, int maxBytes);

    /// <summary>Sends what has been taken. Cheap when that is nothing.</summary>
    public void Flush();

    /// <summary>Takes the link down; its receiver is told, and a new one is tried for.</summary>
    public void Abort(string reason);
}

/// <summary>Writes a message's records where they are to be sent from, so that they are copied once, or not at all.</summary>
public interface IPayloadSource
{
    /// <summary>Writes whole batches, and says what they are; 0 bytes are allowed.</summary>
    public int Write(Span<byte> destination, out ReplicaMessage message);

    /// <summary>
    /// Lends whole batches where they are in memory already, and says what they are; the link releases them when they are sent.
    /// A link that can only send from its own memory need not ask.
    /// </summary>
    /// <returns>False: they are nowhere yet, and <see cref="Write"/> has them.</returns>
    public bool TryLend(int maxBytes, out LentBatches lent, out ReplicaMessage message)
    {
        lent = default;
        message = default;
        return false;
    }
}
