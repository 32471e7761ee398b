namespace LogStore.Replicator.Protocol;

/// <summary>
/// A change that the controller wants: put <paramref name="State"/>, if the authority's is still of that version; report
/// with <see cref="ClusterController.OnPartition"/>, or <see cref="ClusterController.OnWriteFailed"/>.
/// </summary>
public readonly record struct ControllerEffect(PartitionId Partition, PartitionState State);
