namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>How packets from a GID are framed. Source: <c>enum ibv_gid_type</c>.</summary>
public enum GidType
{
    /// <summary>InfiniBand.</summary>
    InfiniBand = 0,

    /// <summary>RoCE v1: Ethernet frames, one broadcast domain.</summary>
    RoceV1 = 1,

    /// <summary>RoCE v2: UDP port 4791, routable.</summary>
    RoceV2 = 2,
}

/// <summary>An entry of a port's GID table.</summary>
/// <param name="Index">Its place in the table: what a queue pair names as its source.</param>
/// <param name="Gid">The address.</param>
/// <param name="Type">How packets from it are framed.</param>
/// <param name="InterfaceIndex">The network interface that it belongs to; 0 if there is none.</param>
public readonly record struct GidEntry(int Index, Gid Gid, GidType Type, int InterfaceIndex);
