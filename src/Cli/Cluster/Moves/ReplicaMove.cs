using LogStore.Client;

namespace LogStore.Cli.Cluster.Moves;

/// <summary>A partition that is to have other replicas.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Replicas">The brokers that it shall have, the preferred leader first.</param>
internal sealed record ReplicaMove(TopicPartition Partition, IReadOnlyList<int> Replicas);
