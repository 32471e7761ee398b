using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Clients;

/// <summary>What a leader tells a consumer; the watermark is exclusive.</summary>
internal sealed record FetchAnswer(
    int LeaderEpoch, long HighWatermark, long LogStartOffset, IReadOnlyList<SimulatedBatch> Batches);
