using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Transport.Links;

/// <summary>Carries single frames to and fro, before a link is up.</summary>
internal interface IFrameChannel
{
    /// <summary>Sends a frame, waiting until it is on its way.</summary>
    public void Send(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>Waits for the next frame.</summary>
    /// <returns>Its payload, which is the caller's.</returns>
    /// <exception cref="FrameException">It is not a frame, or of another kind; or the peer has refused.</exception>
    public byte[] Receive(FrameKind kind);
}
