namespace LogStore.Simulation.Cluster;

/// <summary>All that the metadata store held at a moment.</summary>
/// <param name="Events">It, as if it had just come about.</param>
/// <param name="NextEvent">The first event that is not in it.</param>
internal sealed record StoreSnapshot(List<StoreEvent> Events, int NextEvent);
