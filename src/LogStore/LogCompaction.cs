namespace LogStore;

/// <summary>What a compaction did.</summary>
/// <param name="DirtyFrom">The first offset (inclusive) that had not been compacted before.</param>
/// <param name="CompactedTo">Below this offset (exclusive) each key has one record.</param>
/// <param name="BytesBefore">The size of the segments that were looked through, in bytes.</param>
/// <param name="BytesAfter">What they take now, in bytes.</param>
/// <param name="RecordsRemoved">How many records were taken out.</param>
public sealed record LogCompaction(
    long DirtyFrom, long CompactedTo, long BytesBefore, long BytesAfter, long RecordsRemoved);
