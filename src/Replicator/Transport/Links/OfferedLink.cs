namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// A link over a <see cref="LinkDataPlane"/>. Before it runs both ends exchange offers, connect, and try the way; what cannot
/// be agreed on is closed, and the link takes the TCP connection.
/// </summary>
internal abstract class OfferedLink : PeerLink
{
    private protected OfferedLink(in LinkContext context, string transport) : base(context, transport)
    {
    }

    /// <summary>What the other end must know; at most <see cref="DataPathHandshake.MaxOffer"/> bytes.</summary>
    public abstract byte[] Offer { get; }

    /// <summary>Connects to what the other end has offered.</summary>
    /// <exception cref="LogStoreException">It cannot be connected to.</exception>
    public abstract void Connect(ReadOnlySpan<byte> offer);

    /// <summary>Tries whether the way carries anything, once the other end has connected too.</summary>
    /// <exception cref="LogStoreException">It does not.</exception>
    public abstract void Probe();
}
