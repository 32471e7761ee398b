using LogStore.Producers;
using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Recovery;

/// <summary>Derives the producers' state from what is on disk: the newest usable snapshot, and the headers behind it.</summary>
internal static class ProducerReplay
{
    /// <summary>Makes <c>log.Producers</c> what it was when the log ended at <paramref name="endOffset"/>.</summary>
    /// <param name="log">The log; its segments are read.</param>
    /// <param name="endOffset">Where it ended (exclusive).</param>
    /// <param name="atSegment">Called with the base offset of each segment that the replay comes to from the one before.</param>
    public static void Rebuild(LogState log, long endOffset, Action<long>? atSegment = null)
    {
        long from = LoadSnapshot(log, endOffset);
        foreach (LogSegment segment in log.Segments.All)
        {
            if (segment.BaseOffset > endOffset) break; // One that begins at the end is empty, and has a snapshot all the same.
            LogSegment? next = log.Segments.After(segment.BaseOffset);
            if (next is not null && next.BaseOffset <= from) continue;
            if (segment.BaseOffset > from) atSegment?.Invoke(segment.BaseOffset);
            Replay(log.Producers, segment, from, endOffset);
        }
    }

    /// <summary>Restores the newest snapshot at or below an offset; returns where it stands, or the beginning.</summary>
    public static long LoadSnapshot(LogState log, long endOffset)
    {
        log.Producers.Clear();
        List<long> offsets = [];
        foreach (string name in log.Options.Storage.ListFiles(log.Directory))
        {
            if (SegmentNames.TryParse(name, SegmentNames.SnapshotSuffix, out long offset) && offset <= endOffset)
                offsets.Add(offset);
        }

        foreach (long offset in offsets.OrderDescending())
        {
            byte[]? content = log.Options.Storage.TryReadFile(SegmentNames.Snapshot(log.Directory, offset));
            if (content is not null && ProducerSnapshot.TryRead(content, log.Producers)) return offset;
        }

        return 0;
    }

    private static void Replay(ProducerStateManager producers, LogSegment segment, long from, long endOffset)
    {
        segment.Acquire();
        try
        {
            using BatchScanner scanner = new(segment.File(), 0);
            while (scanner.MoveNextHeader(segment.Size))
            {
                RecordBatchHeader header = scanner.Header;
                if (header.LastOffset >= endOffset) return;
                if (header.BaseOffset >= from) producers.Record(header, header.BaseOffset, header.MaxTimestamp);
            }

            if (scanner.Status != BatchStatus.Valid)
                throw new CorruptLogException(segment.Path, scanner.Position, LogSegment.Describe(scanner.Status));
        }
        finally
        {
            segment.Release();
        }
    }
}
