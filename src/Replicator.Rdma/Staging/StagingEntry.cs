namespace LogStore.Replicator.Rdma.Staging;

/// <summary>An entry that a <see cref="StagingReader"/> has admitted, until it is released.</summary>
/// <param name="Kind"><see cref="StagingKind.Frame"/> or <see cref="StagingKind.Piece"/>.</param>
/// <param name="Offset">Where the content begins in the ring, in bytes.</param>
/// <param name="Length">The content's length in bytes.</param>
/// <param name="End">Where the entry ends, counted in bytes of the ring over all of its laps.</param>
internal readonly record struct StagingEntry(StagingKind Kind, int Offset, int Length, long End);
