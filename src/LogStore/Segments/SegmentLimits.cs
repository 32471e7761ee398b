namespace LogStore.Segments;

/// <summary>What bounds a segment's growth; taken from the log's configuration.</summary>
/// <param name="SegmentBytes">Roll before the file would pass this many bytes.</param>
/// <param name="SegmentMs">Roll when the first record is this many milliseconds older than the next one.</param>
/// <param name="IndexBytes">Roll before the offset index could pass this many bytes.</param>
/// <param name="IndexIntervalBytes">One index entry for about this many bytes of batches.</param>
/// <param name="Preallocate">Whether the active segment reserves blocks ahead of its data.</param>
internal readonly record struct SegmentLimits(
    int SegmentBytes, long SegmentMs, int IndexBytes, int IndexIntervalBytes, bool Preallocate)
{
    /// <summary>The most bytes a segment may hold: its own bound, or what a full index can cover if that is less.</summary>
    /// <remarks>An entry stands for more than an interval of bytes, so the index never has more entries than this.</remarks>
    public long MaxBytes => Math.Min(SegmentBytes, (long)IndexBytes / OffsetIndex.EntrySize * IndexIntervalBytes);
}
