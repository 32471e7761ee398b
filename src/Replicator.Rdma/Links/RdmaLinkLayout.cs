using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Rdma.Links;

/// <summary>How large a link's queues and messages are, and what they leave over for what.</summary>
internal static class RdmaLinkLayout
{
    /// <summary>The least ring, in bytes.</summary>
    public const int MinRing = 64 * 1024;

    /// <summary>The least number of receive work requests that the other end may post.</summary>
    public const int MinReceives = 128;

    /// <summary>How many receive work requests a link posts.</summary>
    public const int Receives = 256;

    /// <summary>How many work requests a link may have in its send queue.</summary>
    public const int Sends = 256;

    /// <summary>A completion is asked for at the latest after so many work requests: DESIGN has a quarter as the most.</summary>
    public const int SignalEvery = Sends / 8;

    /// <summary>A completion is asked for at the latest after this part of the ring was written.</summary>
    public const int SignalsPerRing = 8;

    /// <summary>
    /// Records of so many bytes or more are sent from where their log has staged them. Fewer are copied, which costs less than the
    /// completion by which the memory is got back.
    /// </summary>
    public const int LeastLent = 8 * 1024;

    /// <summary>How many frames without payload go in one message.</summary>
    public const int FramesPerMessage = 4;

    /// <summary>The length of the longest message that is not written to the ring, in bytes.</summary>
    public const int MessageBytes = StagingGrant.Size + (FramesPerMessage * FrameHeader.Size);

    /// <summary>The memory of each message, in bytes: whole lines.</summary>
    public const int MessageStride = 512;

    /// <summary>
    /// How many of the peer's receives grants alone may use. Grants are what lets others go on: were they held back by these,
    /// both ends could wait for each other for ever. While one end cannot take grants the other's messages to it are bounded by
    /// what it had, and thus the grants that answer them: 8 for receives and 8 for bytes, see
    /// <see cref="StagingReader.GrantsPerRing"/>.
    /// </summary>
    public const int ReceivesForGrants = 24;

    /// <summary>How many of the peer's receives entries of the ring leave over, so that acknowledgements pass them.</summary>
    public const int ReceivesForMessages = MinReceives / 2;

    /// <summary>How many places of the send queue entries of the ring leave over.</summary>
    public const int SendsForMessages = 32;

    /// <summary>How many places of the send queue messages leave over, for grants and signs of life.</summary>
    public const int SendsForGrants = 8;
}
