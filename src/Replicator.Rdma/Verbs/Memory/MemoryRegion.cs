using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>What a device may do with registered memory. Source: <c>enum ibv_access_flags</c>.</summary>
[Flags]
public enum MemoryAccess
{
    /// <summary>Read it for the work requests of this side.</summary>
    LocalRead = 0,

    /// <summary>Write into it for the work requests of this side (receives, READs).</summary>
    LocalWrite = 1,

    /// <summary>Write into it for the peer. Takes <see cref="LocalWrite"/> too.</summary>
    RemoteWrite = 2,

    /// <summary>Read it for the peer.</summary>
    RemoteRead = 4,
}

/// <summary>
/// Memory that a device may use: a whole slab, registered in a protection domain. Registration locks the pages, so it is
/// done once, up front. Thread-safe. Disposing it does not free the slab, but the slab outlives it in any case.
/// </summary>
public sealed unsafe class MemoryRegion : IDisposable
{
    private readonly VerbsHandle _handle;
    private readonly byte* _address;

    internal MemoryRegion(ProtectionDomain domain, NativeSlab slab, MemoryAccess access)
    {
        using VerbsHandle.Lease lease = domain.Handle.Use();
        slab.Hold(); // Or the pages that are locked could be another mapping's by then.
        try
        {
            ibv_mr* region = Ibv.ibv_reg_mr(domain.Native, slab.Address, slab.Bytes, (int)access);
            int error = Marshal.GetLastPInvokeError();
            LockedMemoryLimitException.ThrowIfNull(region, error, "ibv_reg_mr", $"a memory region of {slab.Bytes / 1024} KiB");
            _handle = new VerbsHandle(region, &VerbsHandle.DeregisterMemory, domain.Handle, slab.Handle);
            LocalKey = region->lkey;
            RemoteKey = region->rkey;
        }
        finally
        {
            slab.Handle.DangerousRelease();
        }

        Slab = slab;
        _address = slab.Address;
        Access = access;
    }

    /// <summary>The memory.</summary>
    public NativeSlab Slab { get; }

    /// <summary>The length in bytes.</summary>
    public nuint Bytes => Slab.Bytes;

    /// <summary>What the device may do with it.</summary>
    public MemoryAccess Access { get; }

    /// <summary>The key that a peer needs to reach it.</summary>
    public uint RemoteKey { get; }

    /// <summary>What a peer needs to know to reach the region's beginning; of no use once it is disposed.</summary>
    public RemoteSegment Remote => new((ulong)_address, RemoteKey);

    internal uint LocalKey { get; }

    /// <summary>A part of the region for work requests, which fail once it is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the region.</exception>
    public MemorySegment Slice(nuint offset, uint length)
    {
        if (offset > Bytes || length > Bytes - offset) ThrowOutside(offset, length);
        return new MemorySegment((ulong)(_address + offset), length, LocalKey);
    }

    /// <summary>A part of the region for the CPU. It must not be used after the slab is disposed.</summary>
    public Span<byte> AsSpan(nuint offset, int length) => Slab.AsSpan(offset, length);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private void ThrowOutside(nuint offset, uint length) => throw new ArgumentOutOfRangeException(
        nameof(length), $"{length} bytes at {offset} are not within the region's {Bytes} bytes.");
}
