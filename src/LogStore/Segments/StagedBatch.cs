namespace LogStore.Segments;

/// <summary>What a segment must know of a batch that is written to it; the bytes stand in the same buffer's run.</summary>
/// <param name="Position">Where the batch begins in the buffer, in bytes.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="LastOffset">Its last offset (inclusive).</param>
/// <param name="MaxTimestamp">Its largest timestamp, in milliseconds since 1970.</param>
internal readonly record struct StagedBatch(int Position, int Size, long LastOffset, long MaxTimestamp);
