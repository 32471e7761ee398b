using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>The state of a port. Source: <c>enum ibv_port_state</c>.</summary>
public enum PortState
{
    /// <summary>Not reported.</summary>
    Unknown = 0,

    /// <summary>No link.</summary>
    Down = 1,

    /// <summary>A link, waiting for the subnet manager.</summary>
    Initializing = 2,

    /// <summary>Configured, not yet open for traffic.</summary>
    Armed = 3,

    /// <summary>Open for traffic.</summary>
    Active = 4,

    /// <summary>Open, with the link down for the moment.</summary>
    ActiveDeferred = 5,
}

/// <summary>What lies under a port. Source: <c>IBV_LINK_LAYER_*</c>.</summary>
public enum LinkLayer
{
    /// <summary>Not reported; InfiniBand, by convention.</summary>
    Unspecified = 0,

    /// <summary>InfiniBand.</summary>
    InfiniBand = 1,

    /// <summary>Ethernet: RoCE or Soft-RoCE.</summary>
    Ethernet = 2,
}

/// <summary>The payload of one packet. Source: <c>enum ibv_mtu</c>.</summary>
public enum PathMtu
{
    /// <summary>256 bytes.</summary>
    Bytes256 = 1,

    /// <summary>512 bytes.</summary>
    Bytes512 = 2,

    /// <summary>1024 bytes: what fits a 1500-byte Ethernet frame.</summary>
    Bytes1024 = 3,

    /// <summary>2048 bytes.</summary>
    Bytes2048 = 4,

    /// <summary>4096 bytes: takes jumbo frames on Ethernet.</summary>
    Bytes4096 = 5,
}

/// <summary>A port of a device, as it was when it was asked. Source: ibv_query_port(3).</summary>
public sealed class PortAttributes
{
    internal PortAttributes(byte number, in ibv_port_attr raw)
    {
        Number = number;
        State = (PortState)raw.state;
        LinkLayer = (LinkLayer)raw.link_layer;
        MaxMtu = (PathMtu)raw.max_mtu;
        ActiveMtu = (PathMtu)raw.active_mtu;
        GidTableLength = raw.gid_tbl_len;
        PartitionKeyTableLength = raw.pkey_tbl_len;
        MaxMessageBytes = raw.max_msg_sz;
        LocalId = raw.lid;
        SubnetManagerLocalId = raw.sm_lid;
    }

    /// <summary>The port's number, from 1.</summary>
    public byte Number { get; }

    /// <summary>Whether it is open for traffic.</summary>
    public PortState State { get; }

    /// <summary>What lies under it.</summary>
    public LinkLayer LinkLayer { get; }

    /// <summary>The largest packet that the device can send.</summary>
    public PathMtu MaxMtu { get; }

    /// <summary>The largest packet that the link takes now.</summary>
    public PathMtu ActiveMtu { get; }

    /// <summary>How many entries the GID table has, used or not.</summary>
    public int GidTableLength { get; }

    /// <summary>How many entries the table of partition keys has.</summary>
    public int PartitionKeyTableLength { get; }

    /// <summary>The longest message, in bytes.</summary>
    public uint MaxMessageBytes { get; }

    /// <summary>The port's LID; 0 on Ethernet.</summary>
    public ushort LocalId { get; }

    /// <summary>The LID of the subnet manager; 0 on Ethernet.</summary>
    public ushort SubnetManagerLocalId { get; }
}

/// <summary>Conversions of <see cref="PathMtu"/>.</summary>
public static class PathMtuExtensions
{
    /// <summary>The payload in bytes: 256 to 4096.</summary>
    public static int ToBytes(this PathMtu mtu) => 128 << (int)mtu;
}
