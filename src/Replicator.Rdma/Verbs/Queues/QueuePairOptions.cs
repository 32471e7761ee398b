namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>What a queue pair is made of. The device may give more than is asked for.</summary>
public sealed record QueuePairOptions
{
    /// <summary>Where its sends complete.</summary>
    public required CompletionQueue SendQueue { get; init; }

    /// <summary>Where its receives complete; may be the same.</summary>
    public required CompletionQueue ReceiveQueue { get; init; }

    /// <summary>How many work requests for sending can be outstanding.</summary>
    public int MaxSendWorkRequests { get; init; } = 128;

    /// <summary>How many work requests for receiving can be outstanding.</summary>
    public int MaxReceiveWorkRequests { get; init; } = 128;

    /// <summary>How many segments a work request can have: 1 to <see cref="QueuePair.SegmentLimit"/>.</summary>
    public int MaxSegments { get; init; } = 2;

    /// <summary>How many bytes a work request can carry inline.</summary>
    public int MaxInlineBytes { get; init; } = 220;
}

/// <summary>The state of a queue pair. Source: <c>enum ibv_qp_state</c>.</summary>
public enum QueuePairState
{
    /// <summary>Newly made.</summary>
    Reset = 0,

    /// <summary>Bound to a port; receives can be posted.</summary>
    Initialized = 1,

    /// <summary>RTR: receives what the peer sends.</summary>
    ReadyToReceive = 2,

    /// <summary>RTS: sends too.</summary>
    ReadyToSend = 3,

    /// <summary>SQD: the send queue is being drained.</summary>
    SendQueueDrained = 4,

    /// <summary>SQE: the send queue failed (datagrams only).</summary>
    SendQueueError = 5,

    /// <summary>ERR: whatever is outstanding or posted is flushed.</summary>
    Error = 6,
}

/// <summary>What a peer must know of a queue pair to connect to it.</summary>
/// <param name="Number">Its number on its device.</param>
/// <param name="PacketSequenceNumber">The number of the first packet that it will send: 24 bits.</param>
/// <param name="Gid">The address of its port.</param>
/// <param name="LocalId">The LID of its port; 0 on Ethernet.</param>
public readonly record struct QueuePairAddress(uint Number, uint PacketSequenceNumber, Gid Gid, ushort LocalId);

/// <summary>How a connection deals with what does not answer. Source: ibv_modify_qp(3).</summary>
public sealed record ConnectionOptions
{
    /// <summary>The largest packet; the smaller of both ends' choices. Null: what the port's link takes.</summary>
    public PathMtu? PathMtu { get; init; }

    /// <summary>
    /// How long to wait for an answer before sending again: 4.096 µs times 2 to this power. 14 is 67 ms, 0 is for ever.
    /// </summary>
    public byte TimeoutExponent { get; init; } = 14;

    /// <summary>How often to send again before the peer counts as gone: 0 to 7.</summary>
    public byte RetryCount { get; init; } = 7;

    /// <summary>How often to try again when the peer has no receive work request: 0 to 6, or 7 for ever.</summary>
    public byte ReceiverNotReadyRetryCount { get; init; } = 6;

    /// <summary>
    /// How long the peer should wait when this side has no receive work request, by the code of the InfiniBand
    /// specification: 12 is 0.64 ms, 14 is 1 ms. Shorter ones (1 is 10 µs) made storms of retries on Soft-RoCE.
    /// </summary>
    public byte MinReceiverNotReadyTimer { get; init; } = 12;

    /// <summary>How many READs each side can have under way.</summary>
    public byte MaxReads { get; init; } = 1;
}
