namespace LogStore.Replicator.Protocol;

/// <summary>
/// A change that the controller wants: put <paramref name="State"/>, if the authority's is still of that version, and this broker
/// still the controller. As long as there is no answer, ask again; whatever it is, report the state there is then with
/// <see cref="ClusterController.OnPartition"/>. The same as before says that another broker is the controller.
/// </summary>
public readonly record struct ControllerEffect(PartitionId Partition, PartitionState State);
