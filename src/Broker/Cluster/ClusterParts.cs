using LogStore.Broker.Partitions;
using LogStore.Broker.Producing;
using LogStore.Broker.Security.Acls;
using LogStore.Topics;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Cluster;

/// <summary>What differs between a broker that is alone and one of a cluster; all other parts are the same.</summary>
/// <param name="Cluster">The cluster, not started yet. The broker disposes it.</param>
/// <param name="Partitions">The partitions, which the cluster fills.</param>
/// <param name="ProducerIds">Where producer ids come from.</param>
/// <param name="Acls">Where rules are kept, not started yet. The broker disposes it.</param>
internal sealed record ClusterParts(
    ICluster Cluster, PartitionTable Partitions, IProducerIdSource ProducerIds, IAclStore Acls);

/// <summary>Makes the parts for a broker that has opened its data directory.</summary>
internal delegate ValueTask<ClusterParts> ClusterMaker(
    DataDirectory directory, BrokerOptions options, ILogger logger, CancellationToken cancellationToken);
