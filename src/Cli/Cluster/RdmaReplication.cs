using System.Net;
using LogStore.Broker;
using LogStore.Replicator.Rdma;
using LogStore.Replicator.Transport.Links;
using Microsoft.Extensions.Logging;

namespace LogStore.Cli.Cluster;

/// <summary>Brings RDMA to the broker, which does not know of it: here the parts meet.</summary>
internal static class RdmaReplication
{
    /// <summary>Makes what carries replication over RDMA as the options have it.</summary>
    public static LinkDataPlane Create(BrokerOptions options) => new RdmaDataPlane(new RdmaReplicationOptions
    {
        DeviceName = options.Cluster.RdmaDevice,
        RingBytes = options.Cluster.RdmaRingBytes,
        IsRequired = options.Cluster.ReplicationTransport == ReplicationTransport.Rdma,
        LocalAddress = IPAddress.TryParse(options.Cluster.ReplicationListener.Host, out IPAddress? address) ? address : null,
        Logger = options.LoggerFactory.CreateLogger<RdmaDataPlane>(),
    });
}
