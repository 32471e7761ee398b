using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>The way to a port, for datagrams. It must outlive the completion of what is sent by it. Thread-safe.</summary>
public sealed unsafe class AddressHandle : IDisposable
{
    internal AddressHandle(ProtectionDomain domain, RdmaPort source, Gid destination, ushort destinationLocalId)
    {
        ArgumentNullException.ThrowIfNull(source);
        using VerbsHandle.Lease lease = domain.Handle.Use();
        ibv_ah_attr attributes = Describe(source, destination, destinationLocalId);
        Native = VerbsException.ThrowIfNull(
            Ibv.ibv_create_ah(domain.Native, &attributes), "ibv_create_ah", $"The destination is {destination}.");
        Handle = new VerbsHandle(Native, &VerbsHandle.DestroyAddressHandle, domain.Handle);
    }

    internal VerbsHandle Handle { get; }

    internal ibv_ah* Native { get; }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    // The hop limit is that of IP: 64 lets RoCE v2 packets be routed.
    internal static ibv_ah_attr Describe(RdmaPort source, Gid destination, ushort destinationLocalId) => new()
    {
        port_num = source.Number,
        dlid = destinationLocalId,
        is_global = destination.IsZero ? (byte)0 : (byte)1,
        grh = new ibv_global_route { dgid = destination.Raw, sgid_index = (byte)source.Source.Index, hop_limit = 64 },
    };
}
