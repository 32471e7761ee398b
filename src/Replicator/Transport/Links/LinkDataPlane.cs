using LogStore.Replicator.Transport.Frames;
using LogStore.Replicator.Transport.Tcp;

namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// A better way for the frames of links than their TCP connections, to be taken where both ends have it. Every link begins as
/// a TCP connection, over which the ends find out who they are and agree on the way; the connection stays, and its end is the
/// link's end. Thread-safe.
/// </summary>
/// <remarks>Implemented within logstore only: what it is asked for is internal.</remarks>
public abstract class LinkDataPlane : IDisposable
{
    private protected LinkDataPlane()
    {
    }

    /// <summary>What links that take it are said to be carried by: <c>rdma</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether there are to be no links without it.</summary>
    internal abstract bool IsRequired { get; }

    /// <summary>Why a link to a peer cannot take it at the moment, in a few words; null when it can be tried.</summary>
    internal abstract string? WhyNot(int brokerId);

    /// <summary>Makes this end of a link, to be offered to the other.</summary>
    /// <param name="context">The link.</param>
    /// <param name="reason">Why there is none.</param>
    internal abstract OfferedLink? TryOpen(in LinkContext context, out string? reason);

    /// <summary>Is told that a link could not be agreed on, so that it is not tried again at once.</summary>
    internal abstract void OnFailed(int brokerId, string reason);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>What a link is made of.</summary>
/// <param name="Connection">The TCP connection that it began with.</param>
/// <param name="Local">What this end has said of itself.</param>
/// <param name="Peer">What the other end has said of itself, and proved.</param>
/// <param name="Options">The settings.</param>
/// <param name="Receiver">Told of what happens on the link.</param>
internal readonly record struct LinkContext(
    TcpConnection Connection, Hello Local, Hello Peer, ReplicaTransportOptions Options, IReplicaReceiver Receiver);
