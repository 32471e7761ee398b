using System.Net;
using LogStore.Broker;
using LogStore.Replicator.Rdma;
using Microsoft.Extensions.Logging;

namespace LogStore.Cli.Cluster;

/// <summary>Brings RDMA to the broker, which does not know of it: here the parts meet.</summary>
internal static class RdmaReplication
{
    /// <summary>Has a broker of a cluster replicate over RDMA where it can, unless the options say otherwise.</summary>
    public static BrokerOptions AddTo(BrokerOptions options) => options with
    {
        Cluster = options.Cluster with { CreateDataPlane = Create },
        Staging = options.Cluster.MetadataStore is not null && options.Cluster.ReplicationTransport != ReplicationTransport.Tcp
            ? new RegisteredMemory()
            : options.Staging,
    };

    /// <summary>Makes what carries replication over RDMA as the options have it.</summary>
    private static RdmaDataPlane Create(BrokerOptions options) => new RdmaDataPlane(new RdmaReplicationOptions
    {
        DeviceName = options.Cluster.RdmaDevice,
        RingBytes = options.Cluster.RdmaRingBytes,
        IsRequired = options.Cluster.ReplicationTransport == ReplicationTransport.Rdma,
        LocalAddress = IPAddress.TryParse(options.Cluster.ReplicationListener.Host, out IPAddress? address) ? address : null,
        Logger = options.LoggerFactory.CreateLogger<RdmaDataPlane>(),
    });
}
