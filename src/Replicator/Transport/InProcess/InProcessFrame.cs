using System.Buffers;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Transport.InProcess;

/// <summary>A message under way, with memory of the pool for its records; null for none.</summary>
internal readonly record struct InProcessFrame(ReplicaMessage Message, byte[]? Payload, int PayloadLength)
{
    /// <summary>What it counts for against the window: as much as on a wire.</summary>
    public int Length => FrameHeader.LengthOf(PayloadLength);

    public void Return()
    {
        if (Payload is not null) ArrayPool<byte>.Shared.Return(Payload);
    }
}
