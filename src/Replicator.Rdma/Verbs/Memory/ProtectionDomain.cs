using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>A protection domain: queue pairs reach only memory that is registered in their own. Thread-safe.</summary>
public sealed unsafe class ProtectionDomain : IDisposable
{
    internal ProtectionDomain(RdmaContext context)
    {
        using VerbsHandle.Lease lease = context.Handle.Use();
        Native = VerbsException.ThrowIfNull(Ibv.ibv_alloc_pd(context.Native), "ibv_alloc_pd", context.Device.Name);
        Handle = new VerbsHandle(Native, &VerbsHandle.DeallocateProtectionDomain, context.Handle);
        Context = context;
    }

    /// <summary>The device.</summary>
    public RdmaContext Context { get; }

    internal VerbsHandle Handle { get; }

    internal ibv_pd* Native { get; }

    /// <summary>Registers a whole slab.</summary>
    /// <exception cref="LockedMemoryLimitException">The process may not lock that much memory.</exception>
    public MemoryRegion Register(NativeSlab slab, MemoryAccess access)
    {
        ArgumentNullException.ThrowIfNull(slab);
        return new MemoryRegion(this, slab, access);
    }

    /// <summary>Makes a reliable connected queue pair, in the state <see cref="QueuePairState.Reset"/>.</summary>
    public RcQueuePair CreateRcQueuePair(QueuePairOptions options) => new(this, options);

    /// <summary>Makes an unreliable datagram queue pair, in the state <see cref="QueuePairState.Reset"/>.</summary>
    public UdQueuePair CreateUdQueuePair(QueuePairOptions options) => new(this, options);

    /// <summary>Makes a handle for sending datagrams to a port.</summary>
    public AddressHandle CreateAddressHandle(RdmaPort source, Gid destination, ushort destinationLocalId = 0) =>
        new(this, source, destination, destinationLocalId);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
