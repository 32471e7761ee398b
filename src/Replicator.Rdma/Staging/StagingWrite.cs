namespace LogStore.Replicator.Rdma.Staging;

/// <summary>What is to be written to the peer's ring: from the same offsets as to.</summary>
/// <param name="PadOffset">Where the pad's header is, <see cref="StagingHeader.Size"/> bytes, to go first; -1 for none.</param>
/// <param name="Offset">Where the entry begins.</param>
/// <param name="Length">The bytes of it: header and content.</param>
/// <param name="Immediate">What announces the entry to the peer.</param>
/// <param name="End">Where the entry ends, counted in bytes of the ring over all of its laps.</param>
internal readonly record struct StagingWrite(int PadOffset, int Offset, int Length, uint Immediate, long End);
