namespace LogStore.Replicator.Transport.Frames;

/// <summary>
/// What a frame carries. Numbers below 128 are those of <see cref="Protocol.ReplicaMessageKind"/>; the link's own begin there.
/// </summary>
internal enum FrameKind : byte
{
    /// <summary>Who the sender is; the payload is a <see cref="Hello"/>. The first frame of either side.</summary>
    Hello = 128,

    /// <summary>That the sender knows the secret; with an empty payload where there is none.</summary>
    Proof = 129,

    /// <summary>Why there is no link, as UTF-8; the last frame.</summary>
    Refusal = 130,

    /// <summary>That the sender lives, and how much it has consumed.</summary>
    Heartbeat = 131,

    /// <summary>How much the sender has consumed.</summary>
    Credit = 132,

    /// <summary>What the sender offers for a link that is not carried by TCP, or why it offers nothing.</summary>
    Offer = 133,

    /// <summary>Whether the sender has come to the end of a step towards that; the payload says why not.</summary>
    Verdict = 134,

    /// <summary>Whether the sender could make an offer now, on a link that is carried by TCP.</summary>
    BetterWay = 135,
}
