using System.Buffers.Binary;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>Options of a work request. Source: <c>enum ibv_send_flags</c>.</summary>
[Flags]
public enum WorkRequestOptions
{
    /// <summary>
    /// No completion on success. Its place in the send queue is free only after a later, signaled one has completed.
    /// </summary>
    None = 0,

    /// <summary>Wait for the READs before it.</summary>
    Fence = 1,

    /// <summary>Report a completion.</summary>
    Signaled = 2,

    /// <summary>Wake a peer that waits for solicited events only.</summary>
    Solicited = 4,

    /// <summary>Copy the bytes while posting, so that their memory is free afterwards. Up to the queue pair's limit.</summary>
    Inline = 8,
}

/// <summary>A work request for a send queue. A value: making one costs nothing, and posting copies it.</summary>
public readonly struct WorkRequest
{
    private WorkRequest(
        ibv_wr_opcode opcode, ulong id, MemorySegment data, RemoteSegment remote, uint immediate, WorkRequestOptions options)
    {
        Opcode = opcode;
        Id = id;
        Data = data;
        Remote = remote;
        Immediate = immediate;
        Options = options;
    }

    /// <summary>Comes back in the completion.</summary>
    public ulong Id { get; }

    /// <summary>The bytes to send or write, or where to put the bytes read.</summary>
    public MemorySegment Data { get; }

    /// <summary>More bytes to go behind <see cref="Data"/>, from elsewhere; nothing unless set.</summary>
    public MemorySegment Tail { get; init; }

    /// <summary>The place in the peer's memory; nothing for a SEND.</summary>
    public RemoteSegment Remote { get; }

    /// <summary>Its options.</summary>
    public WorkRequestOptions Options { get; }

    internal ibv_wr_opcode Opcode { get; }

    internal uint Immediate { get; }

    /// <summary>A SEND: uses up a receive work request of the peer, and fills its buffers.</summary>
    public static WorkRequest Send(ulong id, MemorySegment data, WorkRequestOptions options = WorkRequestOptions.Signaled) =>
        new(ibv_wr_opcode.IBV_WR_SEND, id, data, default, 0, options);

    /// <summary>A SEND that carries a 32-bit value to the peer's completion.</summary>
    public static WorkRequest SendWithImmediate(
        ulong id, MemorySegment data, uint immediate, WorkRequestOptions options = WorkRequestOptions.Signaled) =>
        new(ibv_wr_opcode.IBV_WR_SEND_WITH_IMM, id, data, default, immediate, options);

    /// <summary>A WRITE into the peer's memory, which the peer's program is not told of.</summary>
    public static WorkRequest Write(
        ulong id, MemorySegment data, RemoteSegment remote, WorkRequestOptions options = WorkRequestOptions.Signaled) =>
        new(ibv_wr_opcode.IBV_WR_RDMA_WRITE, id, data, remote, 0, options);

    /// <summary>A WRITE that then uses up a receive work request of the peer, and carries a value to its completion.</summary>
    public static WorkRequest WriteWithImmediate(
        ulong id, MemorySegment data, RemoteSegment remote, uint immediate,
        WorkRequestOptions options = WorkRequestOptions.Signaled) =>
        new(ibv_wr_opcode.IBV_WR_RDMA_WRITE_WITH_IMM, id, data, remote, immediate, options);

    /// <summary>A READ of the peer's memory.</summary>
    public static WorkRequest Read(
        ulong id, MemorySegment data, RemoteSegment remote, WorkRequestOptions options = WorkRequestOptions.Signaled) =>
        new(ibv_wr_opcode.IBV_WR_RDMA_READ, id, data, remote, 0, options);

    internal unsafe int FillSegments(ibv_sge* segments)
    {
        int count = 0;
        if (Data.Length > 0) segments[count++] = Data.Raw;
        if (Tail.Length > 0) segments[count++] = Tail.Raw;
        return count;
    }

    // Fills what providers read; the rest of the native struct belongs to other kinds of queue pairs.
    internal unsafe void Fill(ibv_send_wr* native, ibv_sge* segments, int segmentCount)
    {
        native->wr_id = Id;
        native->next = null;
        native->sg_list = segments;
        native->num_sge = segmentCount;
        native->opcode = Opcode;
        native->send_flags = (uint)Options;
        native->Anonymous1.imm_data = BinaryPrimitives.ReverseEndianness(Immediate);
        native->wr.rdma.remote_addr = Remote.Address;
        native->wr.rdma.rkey = Remote.Key;
    }
}
