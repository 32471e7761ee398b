namespace LogStore.Simulation.Plans;

/// <summary>A producer's work.</summary>
/// <param name="Partition">The partition that it writes to.</param>
/// <param name="Batches">How many batches.</param>
/// <param name="IntervalMs">How long it waits between two.</param>
/// <param name="WaitsForAll">Whether it wants acks=all; otherwise 1.</param>
internal sealed record ProducerPlan(int Partition, int Batches, int IntervalMs, bool WaitsForAll);
