using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Rdma;

/// <summary>A frame that waits for room in the peer's ring, or for a message to go along with.</summary>
internal sealed class OutgoingFrame(byte[] bytes, ReplicaMessage message, bool hasPayload)
{
    public byte[] Bytes { get; } = bytes;

    public ReplicaMessage Message { get; } = message;

    public bool HasPayload { get; } = hasPayload;

    /// <summary>How much of it has gone in pieces so far.</summary>
    public int Written { get; set; }
}
