namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>What a device is on its fabric. Source: <c>enum ibv_node_type</c>.</summary>
public enum NodeType
{
    /// <summary>Not known to libibverbs.</summary>
    Unknown = -1,

    /// <summary>A host's channel adapter: InfiniBand, RoCE and Soft-RoCE devices.</summary>
    ChannelAdapter = 1,

    /// <summary>A switch.</summary>
    Switch,

    /// <summary>A router.</summary>
    Router,

    /// <summary>An iWARP network card.</summary>
    RdmaNic,

    /// <summary>A Cisco usNIC.</summary>
    UsNic,

    /// <summary>A Cisco usNIC over UDP.</summary>
    UsNicUdp,

    /// <summary>The driver does not say.</summary>
    Unspecified,
}
