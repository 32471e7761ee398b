namespace LogStore.Simulation.Rdma;

/// <summary>A completion at the receiver: it has used up a receive work request.</summary>
/// <param name="Inline">The message; null where a write is announced.</param>
/// <param name="Immediate">What announces the write.</param>
/// <param name="IsStale">Whether it is of an earlier link, whose completions were not all taken.</param>
internal readonly record struct Arrival(byte[]? Inline, uint Immediate, bool IsStale = false);
