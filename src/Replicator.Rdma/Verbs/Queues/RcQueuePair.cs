using System.Security.Cryptography;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// A reliable connected queue pair: bytes arrive once and in order, or the queue pair fails. It goes through
/// <see cref="QueuePairState.Reset"/>, <see cref="Initialize"/>, <see cref="ReadyToReceive"/> and
/// <see cref="ReadyToSend"/>; any completion with an error ends it.
/// </summary>
public sealed class RcQueuePair : QueuePair
{
    internal RcQueuePair(ProtectionDomain domain, QueuePairOptions options)
        : base(domain, options, ibv_qp_type.IBV_QPT_RC)
    {
        PacketSequenceNumber = (uint)RandomNumberGenerator.GetInt32(1 << 24);
    }

    /// <summary>The number of the first packet that it sends. Random, so that packets of an earlier life do not fit.</summary>
    public uint PacketSequenceNumber { get; }

    /// <summary>What the peer must know to connect.</summary>
    /// <param name="port">The port that the queue pair is or will be bound to.</param>
    public QueuePairAddress AddressOn(RdmaPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return new QueuePairAddress(Number, PacketSequenceNumber, port.Source.Gid, port.Attributes.LocalId);
    }

    /// <summary>RESET to INIT: binds it to a port. Receives can be posted from now on.</summary>
    /// <param name="port">The port.</param>
    /// <param name="access">What the peer may do, within what the memory regions allow.</param>
    public void Initialize(RdmaPort port, MemoryAccess access = MemoryAccess.RemoteWrite | MemoryAccess.RemoteRead)
    {
        ArgumentNullException.ThrowIfNull(port);
        ibv_qp_attr attributes = new()
        {
            qp_state = ibv_qp_state.IBV_QPS_INIT,
            pkey_index = 0,
            port_num = port.Number,
            qp_access_flags = (uint)access,
        };
        Modify(attributes, ibv_qp_attr_mask.IBV_QP_PKEY_INDEX | ibv_qp_attr_mask.IBV_QP_PORT
            | ibv_qp_attr_mask.IBV_QP_ACCESS_FLAGS);
    }

    /// <summary>INIT to RTR: names the peer. Post receives before, or the peer's first message finds none.</summary>
    public void ReadyToReceive(RdmaPort port, QueuePairAddress peer, ConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        options ??= new ConnectionOptions();
        ibv_qp_attr attributes = new()
        {
            qp_state = ibv_qp_state.IBV_QPS_RTR,
            path_mtu = (ibv_mtu)(options.PathMtu ?? port.Attributes.ActiveMtu),
            dest_qp_num = peer.Number,
            rq_psn = peer.PacketSequenceNumber,
            max_dest_rd_atomic = options.MaxReads,
            min_rnr_timer = options.MinReceiverNotReadyTimer,
            ah_attr = AddressHandle.Describe(port, peer.Gid, peer.LocalId),
        };
        Modify(attributes, ibv_qp_attr_mask.IBV_QP_AV | ibv_qp_attr_mask.IBV_QP_PATH_MTU
            | ibv_qp_attr_mask.IBV_QP_DEST_QPN | ibv_qp_attr_mask.IBV_QP_RQ_PSN
            | ibv_qp_attr_mask.IBV_QP_MAX_DEST_RD_ATOMIC | ibv_qp_attr_mask.IBV_QP_MIN_RNR_TIMER);
    }

    /// <summary>RTR to RTS: sends can be posted from now on.</summary>
    public void ReadyToSend(ConnectionOptions? options = null)
    {
        options ??= new ConnectionOptions();
        ibv_qp_attr attributes = new()
        {
            qp_state = ibv_qp_state.IBV_QPS_RTS,
            sq_psn = PacketSequenceNumber,
            timeout = options.TimeoutExponent,
            retry_cnt = options.RetryCount,
            rnr_retry = options.ReceiverNotReadyRetryCount,
            max_rd_atomic = options.MaxReads,
        };
        Modify(attributes, ibv_qp_attr_mask.IBV_QP_TIMEOUT | ibv_qp_attr_mask.IBV_QP_RETRY_CNT
            | ibv_qp_attr_mask.IBV_QP_RNR_RETRY | ibv_qp_attr_mask.IBV_QP_SQ_PSN
            | ibv_qp_attr_mask.IBV_QP_MAX_QP_RD_ATOMIC);
    }

    /// <summary>INIT to RTS in one step.</summary>
    public void Connect(RdmaPort port, QueuePairAddress peer, ConnectionOptions? options = null)
    {
        ReadyToReceive(port, peer, options);
        ReadyToSend(options);
    }

    /// <summary>Posts a work request.</summary>
    /// <returns>False if the send queue is full: poll for completions and post again.</returns>
    /// <exception cref="VerbsException">The queue pair is in the wrong state, or the request does not fit it.</exception>
    public bool TryPost(in WorkRequest request) => TryPostNative(in request, default, null, 0, 0);

    /// <summary>Posts a work request with further segments behind <see cref="WorkRequest.Data"/>.</summary>
    /// <returns>False if the send queue is full.</returns>
    public bool TryPost(in WorkRequest request, ReadOnlySpan<MemorySegment> more) =>
        TryPostNative(in request, more, null, 0, 0);

    /// <summary>Posts work requests in order, with one doorbell for many.</summary>
    /// <returns>How many fitted into the send queue; the rest was not posted.</returns>
    public int TryPost(ReadOnlySpan<WorkRequest> requests) => TryPostChain(requests);
}
