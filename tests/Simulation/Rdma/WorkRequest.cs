using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Rdma;

/// <summary>
/// What a queue pair is asked to do: a write from the sender's memory to the same place of the ring, or a message.
/// </summary>
internal sealed class WorkRequest
{
    /// <summary>The message, copied when it was posted; null for a write.</summary>
    public byte[]? Inline { get; init; }

    /// <summary>Write: where from, and where to.</summary>
    public int Offset { get; init; }

    /// <summary>Write: how many bytes.</summary>
    public int Length { get; init; }

    /// <summary>Write: what announces it to the receiver; null for one that is not announced.</summary>
    public uint? Immediate { get; init; }

    /// <summary>Write: where it ends, counted in bytes of the ring over all of its laps.</summary>
    public long End { get; init; }

    /// <summary>The message between replicas whose last byte it carries, if any.</summary>
    public ReplicaMessage? Carried { get; init; }

    /// <summary>Whether the sender is told when it is done; that says the same of all before it.</summary>
    public bool IsSignalled { get; set; }

    /// <summary>Its number among those of its queue pair.</summary>
    public long Number { get; set; }

    /// <summary>When it can be at the receiver at the earliest.</summary>
    public long DueAt { get; set; }
}
