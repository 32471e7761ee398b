namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>There is no RDMA device, or none of the name that was asked for.</summary>
public sealed class DeviceNotFoundException : RdmaException
{
    internal DeviceNotFoundException(string message) : base(message)
    {
    }

    internal static DeviceNotFoundException None() => new(
        "This host has no RDMA device. With an RDMA network card, load its driver (see 'rdma link' and the packages "
        + "rdma-core and ibverbs-providers); without one, a kernel with rdma_rxe gives a network interface a Soft-RoCE "
        + "device: 'rdma link add rxe0 type rxe netdev INTERFACE' as root.");

    internal static DeviceNotFoundException Named(string name, IEnumerable<string> present) =>
        new($"There is no RDMA device '{name}'. This host has: {string.Join(", ", present)}.");
}

/// <summary>The system's libibverbs is missing.</summary>
public sealed class VerbsLibraryNotFoundException : RdmaException
{
    internal VerbsLibraryNotFoundException(Exception cause) : base(
        "libibverbs.so.1 is not installed: RDMA needs it and its providers (Debian and Ubuntu: libibverbs1 and "
        + "ibverbs-providers; Fedora and RHEL: libibverbs).", cause)
    {
    }
}

/// <summary>The port of a device is not active, so that nothing can be sent through it.</summary>
public sealed class PortDownException : RdmaException
{
    internal PortDownException(string device, byte port, PortState state) : base(
        $"Port {port} of RDMA device '{device}' is {state}, not Active. Bring its link up: 'ip link set INTERFACE up' "
        + "for Ethernet (RoCE), a running subnet manager (opensm) for InfiniBand.")
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>The port has no usable GID, or none at the index or of the address that was asked for.</summary>
public sealed class GidNotFoundException : RdmaException
{
    internal GidNotFoundException(string device, byte port, string wanted) : base(
        $"Port {port} of RDMA device '{device}' has no GID {wanted}. RoCE makes GIDs from the addresses of the network "
        + "interface: give it one with 'ip address add', and see 'logstore rdma devices' for what there is.")
    {
    }
}
