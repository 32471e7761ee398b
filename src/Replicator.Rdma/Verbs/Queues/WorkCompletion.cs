using System.Buffers.Binary;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>What became of a work request. It is an <c>ibv_wc</c> in memory. Source: ibv_poll_cq(3).</summary>
/// <remarks>On an error only <see cref="Id"/>, <see cref="Status"/>, <see cref="QueuePairNumber"/> and
/// <see cref="VendorError"/> are valid: put into the id whatever is needed to tell sends from receives.</remarks>
public readonly struct WorkCompletion
{
    private readonly ibv_wc _completion;

    internal WorkCompletion(in ibv_wc completion) => _completion = completion;

    /// <summary>The work request's id.</summary>
    public ulong Id => _completion.wr_id;

    /// <summary>Whether it was carried out, or why not.</summary>
    public WorkCompletionStatus Status => (WorkCompletionStatus)_completion.status;

    /// <summary>Whether it was carried out.</summary>
    public bool IsSuccess => _completion.status == ibv_wc_status.IBV_WC_SUCCESS;

    /// <summary>What it was. Valid on success only.</summary>
    public WorkCompletionOpcode Opcode => (WorkCompletionOpcode)_completion.opcode;

    /// <summary>
    /// The bytes received or read. Valid on success only, and not to be relied on for WRITE_WITH_IMM; a datagram's
    /// includes the 40 bytes of its routing header.
    /// </summary>
    public uint Bytes => _completion.byte_len;

    /// <summary>Whether the peer sent an immediate value along.</summary>
    public bool HasImmediate => (_completion.wc_flags & (uint)ibv_wc_flags.IBV_WC_WITH_IMM) != 0;

    /// <summary>The immediate value that came along.</summary>
    public uint Immediate => BinaryPrimitives.ReverseEndianness(_completion.Anonymous.imm_data);

    /// <summary>The queue pair of this side.</summary>
    public uint QueuePairNumber => _completion.qp_num;

    /// <summary>The queue pair that a datagram came from.</summary>
    public uint SourceQueuePairNumber => _completion.src_qp;

    /// <summary>The device's own number for an error.</summary>
    public uint VendorError => _completion.vendor_err;

    /// <inheritdoc/>
    public override string ToString() => $"work request {Id:x} on queue pair {QueuePairNumber}: {Status}";
}
