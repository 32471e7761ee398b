using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// An unreliable datagram queue pair: messages of at most one packet to any peer, which may be lost. For discovery.
/// A received datagram begins <see cref="RoutingHeaderBytes"/> into its buffer.
/// </summary>
public sealed class UdQueuePair : QueuePair
{
    /// <summary>The global routing header that comes before each received datagram, in bytes.</summary>
    public const int RoutingHeaderBytes = 40;

    internal UdQueuePair(ProtectionDomain domain, QueuePairOptions options)
        : base(domain, options, ibv_qp_type.IBV_QPT_UD)
    {
    }

    /// <summary>RESET to RTS: binds it to a port. It takes datagrams that carry <paramref name="queueKey"/>.</summary>
    public void Activate(RdmaPort port, uint queueKey)
    {
        ArgumentNullException.ThrowIfNull(port);
        Modify(
            new ibv_qp_attr { qp_state = ibv_qp_state.IBV_QPS_INIT, port_num = port.Number, qkey = queueKey },
            ibv_qp_attr_mask.IBV_QP_PKEY_INDEX | ibv_qp_attr_mask.IBV_QP_PORT | ibv_qp_attr_mask.IBV_QP_QKEY);
        Modify(new ibv_qp_attr { qp_state = ibv_qp_state.IBV_QPS_RTR }, ibv_qp_attr_mask.IBV_QP_STATE);
        Modify(new ibv_qp_attr { qp_state = ibv_qp_state.IBV_QPS_RTS }, ibv_qp_attr_mask.IBV_QP_SQ_PSN);
    }

    /// <summary>Posts a SEND to a queue pair behind an address handle.</summary>
    /// <returns>False if the send queue is full.</returns>
    public bool TryPost(in WorkRequest request, AddressHandle destination, uint queuePairNumber, uint queueKey)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using VerbsHandle.Lease lease = destination.Handle.Use();
        return TryPostNative(in request, default, destination, queuePairNumber, queueKey);
    }
}
