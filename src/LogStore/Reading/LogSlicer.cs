using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Reading;

/// <summary>Finds the stretch of a segment's file that answers a fetch.</summary>
internal static class LogSlicer
{
    /// <summary>How often a place is looked for again whose segment is being deleted or replaced.</summary>
    private const int MaxAttempts = 100;

    /// <inheritdoc cref="Log.Slice"/>
    public static LogSlice? Slice(LogView view, long offset, long endOffset, int maxBytes, bool wholeFirstBatch)
    {
        for (int attempt = 0; ; attempt++)
        {
            int truncations = view.SettledTruncations();
            CheckRange(view, offset);
            try
            {
                LogSlice? slice = TrySlice(view, offset, endOffset, maxBytes, wholeFirstBatch);
                if (truncations == view.Truncations) return slice;
                slice?.Dispose();
            }
            catch (Exception exception) when (exception is CorruptLogException or IOException)
            {
                if (truncations != view.Truncations) continue; // It was being cut while we looked.
                CheckRange(view, offset); // Its segment was deleted since.
                if (exception is not FileNotFoundException || attempt >= MaxAttempts) throw; // Or compacted.
            }
        }
    }

    private static LogSlice? TrySlice(LogView view, long offset, long endOffset, int maxBytes, bool wholeFirstBatch)
    {
        LogSegment? segment = view.Segments.Find(offset);
        while (segment is not null)
        {
            segment.Acquire();
            bool handedOver = false;
            try
            {
                (long position, _) = segment.Locate(Math.Max(offset, segment.BaseOffset));
                // What is appended meanwhile is not to be part of it, be the offset the log's end now or not: of a log that
                // is replicated it is not committed, and may be gone tomorrow.
                bool isWhole = view.Segments.After(segment.BaseOffset) is { } next && next.BaseOffset <= endOffset;
                long limit = isWhole ? segment.Size : segment.Locate(endOffset).Position;
                if (segment.IsSealed) position = SkipEmpty(segment, position, limit);
                if (position < limit)
                {
                    int length = (int)Math.Min(limit - position, maxBytes);
                    if (length < limit - position)
                    {
                        int first = BatchSize(segment, position);
                        if (length < first && !wholeFirstBatch) return null;
                        length = Math.Max(length, first);
                    }

                    handedOver = true;
                    return new LogSlice(segment, position, length);
                }
            }
            finally
            {
                if (!handedOver) segment.Release();
            }

            // The offset may be the first of the next segment.
            segment = view.Segments.After(segment.BaseOffset);
            if (segment is not null && segment.BaseOffset >= endOffset) return null;
        }

        return null;
    }

    /// <summary>
    /// Passes over the empty batches that compaction has left in front: some clients take an answer without a single record for
    /// broken. There are none in the segment that is appended to, so a reader at the log's end does not pay for this.
    /// </summary>
    private static long SkipEmpty(LogSegment segment, long position, long limit)
    {
        using BatchScanner scanner = new(segment.File(), position, chunk: 4096);
        while (scanner.MoveNextHeader(limit))
        {
            if (scanner.Header.RecordCount > 0) return scanner.Position;
        }

        return scanner.Position;
    }

    private static int BatchSize(LogSegment segment, long position)
    {
        Span<byte> bytes = stackalloc byte[RecordBatchHeader.Size];
        int count = segment.File().ReadFully(bytes, position);
        BatchStatus status = RecordBatchHeader.TryRead(bytes[..count], out RecordBatchHeader header);
        if (status != BatchStatus.Valid)
            throw new CorruptLogException(segment.Path, position, LogSegment.Describe(status));
        return header.SizeInBytes;
    }

    private static void CheckRange(LogView view, long offset)
    {
        long start = view.LogStartOffset;
        long end = view.LogEndOffset;
        if (offset < start || offset > end) throw new OffsetOutOfRangeException(offset, start, end);
    }
}
