namespace LogStore.Broker;

/// <summary>What carries replication between brokers.</summary>
public enum ReplicationTransport
{
    /// <summary>RDMA where both ends of a link have an active port, TCP elsewhere.</summary>
    Auto,

    /// <summary>RDMA, and nothing else.</summary>
    Rdma,

    /// <summary>TCP, and nothing else.</summary>
    Tcp,
}
