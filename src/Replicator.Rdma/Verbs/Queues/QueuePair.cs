using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// A send queue and a receive queue. Posting is thread-safe, never blocks, never allocates, and is one call through the
/// provider's table: the native verbs are inline functions in C and not exported.
/// </summary>
public abstract unsafe class QueuePair : IDisposable
{
    /// <summary>How many segments a work request can have at most: header and payload, and some to spare.</summary>
    public const int SegmentLimit = 4;

    // A chain is built on the stack: 16 native work requests take 2 KiB of it.
    private const int ChainLimit = 16;

    // What a work request of a chain names itself: its data and its tail.
    private const int SegmentsPerRequest = 2;

    private readonly delegate* unmanaged[Cdecl]<ibv_qp*, ibv_send_wr*, ibv_send_wr**, int> _postSend;
    private readonly delegate* unmanaged[Cdecl]<ibv_qp*, ibv_recv_wr*, ibv_recv_wr**, int> _postReceive;

    private protected QueuePair(ProtectionDomain domain, QueuePairOptions options, ibv_qp_type type)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxSegments);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxSegments, SegmentLimit);
        using VerbsHandle.Lease lease = domain.Handle.Use();
        using VerbsHandle.Lease sendLease = options.SendQueue.Handle.Use();
        using VerbsHandle.Lease receiveLease = options.ReceiveQueue.Handle.Use();
        ibv_qp_init_attr initial = new()
        {
            qp_type = type,
            send_cq = options.SendQueue.Native,
            recv_cq = options.ReceiveQueue.Native,
            cap = new ibv_qp_cap
            {
                max_send_wr = (uint)options.MaxSendWorkRequests,
                max_recv_wr = (uint)options.MaxReceiveWorkRequests,
                max_send_sge = (uint)options.MaxSegments,
                max_recv_sge = (uint)options.MaxSegments,
                max_inline_data = (uint)options.MaxInlineBytes,
            },
        };
        Native = Ibv.ibv_create_qp(domain.Native, &initial);
        int error = Marshal.GetLastPInvokeError();
        LockedMemoryLimitException.ThrowIfNull(Native, error, "ibv_create_qp",
            $"queues of {options.MaxSendWorkRequests} and {options.MaxReceiveWorkRequests} work requests, "
            + $"{options.MaxSegments} segments and {options.MaxInlineBytes} inline bytes each");
        Handle = new VerbsHandle(Native, &VerbsHandle.DestroyQueuePair,
            domain.Handle, options.SendQueue.Handle, options.ReceiveQueue.Handle);
        MaxSendWorkRequests = (int)initial.cap.max_send_wr;
        MaxReceiveWorkRequests = (int)initial.cap.max_recv_wr;
        MaxInlineBytes = (int)initial.cap.max_inline_data;
        MaxSegments = options.MaxSegments;
        Number = Native->qp_num;
        _postSend = Native->context->ops.post_send;
        _postReceive = Native->context->ops.post_recv;
    }

    /// <summary>Its number on its device.</summary>
    public uint Number { get; }

    /// <summary>How many work requests for sending can be outstanding.</summary>
    public int MaxSendWorkRequests { get; }

    /// <summary>How many work requests for receiving can be outstanding.</summary>
    public int MaxReceiveWorkRequests { get; }

    /// <summary>How many bytes a work request can carry inline.</summary>
    public int MaxInlineBytes { get; }

    /// <summary>How many segments a work request can have.</summary>
    public int MaxSegments { get; }

    internal VerbsHandle Handle { get; }

    private protected ibv_qp* Native { get; }

    /// <summary>Posts a work request for receiving: the next message goes to <paramref name="buffer"/>.</summary>
    /// <returns>False if the receive queue is full.</returns>
    /// <exception cref="VerbsException">The queue pair is in the wrong state, or the request does not fit it.</exception>
    [SkipLocalsInit]
    public bool TryPostReceive(ulong id, MemorySegment buffer)
    {
        using VerbsHandle.Lease lease = Handle.Use();
        ibv_sge segment = buffer.Raw;
        ibv_recv_wr request;
        request.wr_id = id;
        request.next = null;
        request.sg_list = &segment;
        request.num_sge = buffer.Length == 0 ? 0 : 1;
        ibv_recv_wr* rejected;
        return IsPosted(_postReceive(Native, &request, &rejected), "ibv_post_recv");
    }

    /// <summary>Puts the queue pair into the state <see cref="QueuePairState.Error"/>: what is posted is flushed.</summary>
    public void Fail() => Modify(new ibv_qp_attr { qp_state = ibv_qp_state.IBV_QPS_ERR }, ibv_qp_attr_mask.IBV_QP_STATE);

    /// <summary>Puts the queue pair back into its first state. What was posted is forgotten without completions.</summary>
    public void Reset() => Modify(new ibv_qp_attr { qp_state = ibv_qp_state.IBV_QPS_RESET }, ibv_qp_attr_mask.IBV_QP_STATE);

    /// <summary>Asks the device for the state.</summary>
    public QueuePairState QueryState()
    {
        using VerbsHandle.Lease lease = Handle.Use();
        ibv_qp_attr attributes;
        ibv_qp_init_attr initial;
        VerbsException.ThrowIfError(
            Ibv.ibv_query_qp(Native, &attributes, (int)ibv_qp_attr_mask.IBV_QP_STATE, &initial), "ibv_query_qp");
        return (QueuePairState)attributes.qp_state;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Handle.Dispose();
        GC.SuppressFinalize(this);
    }

    // Posts one native work request with its first segments from `request` and any further ones from `more`.
    [SkipLocalsInit]
    private protected bool TryPostNative(
        in WorkRequest request, ReadOnlySpan<MemorySegment> more, AddressHandle? address, uint remoteNumber, uint queueKey)
    {
        if (more.Length + SegmentsPerRequest > MaxSegments) CheckSegments(request, more);
        using VerbsHandle.Lease lease = Handle.Use();
        ibv_sge* segments = stackalloc ibv_sge[SegmentLimit];
        int count = request.FillSegments(segments);
        for (int i = 0; i < more.Length; i++) segments[count++] = more[i].Raw;
        ibv_send_wr native;
        request.Fill(&native, segments, count);
        if (address is not null)
        {
            native.wr.ud.ah = address.Native;
            native.wr.ud.remote_qpn = remoteNumber;
            native.wr.ud.remote_qkey = queueKey;
        }

        ibv_send_wr* rejected;
        return IsPosted(_postSend(Native, &native, &rejected), "ibv_post_send");
    }

    // Posts as many as fit, in chains: a chain costs one doorbell, which on Soft-RoCE is a system call.
    [SkipLocalsInit]
    private protected int TryPostChain(ReadOnlySpan<WorkRequest> requests)
    {
        using VerbsHandle.Lease lease = Handle.Use();
        ibv_send_wr* natives = stackalloc ibv_send_wr[ChainLimit];
        ibv_sge* segments = stackalloc ibv_sge[ChainLimit * SegmentsPerRequest];
        int posted = 0;
        while (posted < requests.Length)
        {
            int length = Math.Min(requests.Length - posted, ChainLimit);
            for (int i = 0; i < length; i++)
            {
                ref readonly WorkRequest request = ref requests[posted + i];
                ibv_sge* own = &segments[i * SegmentsPerRequest];
                request.Fill(&natives[i], own, request.FillSegments(own));
                if (i > 0) natives[i - 1].next = &natives[i];
            }

            ibv_send_wr* rejected = null;
            if (IsPosted(_postSend(Native, natives, &rejected), "ibv_post_send")) posted += length;
            else return posted + (int)(rejected - natives);
        }

        return posted;
    }

    private protected void Modify(ibv_qp_attr attributes, ibv_qp_attr_mask mask)
    {
        using VerbsHandle.Lease lease = Handle.Use();
        VerbsException.ThrowIfError(
            Ibv.ibv_modify_qp(Native, &attributes, (int)(mask | ibv_qp_attr_mask.IBV_QP_STATE)), "ibv_modify_qp",
            $"Queue pair {Number} could not become {(QueuePairState)attributes.qp_state}.");
    }

    // A full queue is back-pressure, not a failure.
    private static bool IsPosted(int errno, string verb)
    {
        if (errno == 0) return true;
        if (errno is Errno.ENOMEM or Errno.EAGAIN) return false;
        VerbsException.ThrowIfError(errno, verb);
        return false;
    }

    private void CheckSegments(in WorkRequest request, ReadOnlySpan<MemorySegment> more)
    {
        int count = (request.Data.Length > 0 ? 1 : 0) + (request.Tail.Length > 0 ? 1 : 0) + more.Length;
        if (count > MaxSegments)
            throw new ArgumentException($"A work request of queue pair {Number} can have {MaxSegments} segments, not {count}.");
    }
}
