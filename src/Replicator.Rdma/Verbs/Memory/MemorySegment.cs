using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>A part of a memory region that a work request reads from or writes to: a scatter/gather element.</summary>
/// <remarks>It names memory without keeping it alive: the region must outlive the work request's completion.</remarks>
public readonly struct MemorySegment
{
    private readonly ibv_sge _element;

    internal MemorySegment(ulong address, uint length, uint localKey) =>
        _element = new ibv_sge { addr = address, length = length, lkey = localKey };

    /// <summary>Where it begins in this process.</summary>
    public ulong Address => _element.addr;

    /// <summary>Its length in bytes.</summary>
    public uint Length => _element.length;

    internal ibv_sge Raw => _element;

    /// <summary>The first bytes of it.</summary>
    /// <param name="length">How many, at most <see cref="Length"/>.</param>
    public MemorySegment First(uint length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        return new MemorySegment(_element.addr, length, _element.lkey);
    }
}

/// <summary>A place in the peer's registered memory, as the peer told it.</summary>
/// <param name="Address">The address in the peer's process.</param>
/// <param name="Key">The remote key of the region.</param>
public readonly record struct RemoteSegment(ulong Address, uint Key)
{
    /// <summary>The place <paramref name="bytes"/> further on.</summary>
    public RemoteSegment Plus(ulong bytes) => this with { Address = Address + bytes };
}
