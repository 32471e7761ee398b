namespace LogStore.Replicator.Protocol;

/// <summary>Names a partition across the cluster. The topic's id, not its name: a topic made anew is another one.</summary>
public readonly record struct PartitionId(Guid Topic, int Index);
