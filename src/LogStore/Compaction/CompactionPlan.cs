using LogStore.Segments;

namespace LogStore.Compaction;

/// <summary>Which part of a log a compaction looks through.</summary>
/// <param name="Segments">The sealed, durable segments that may be rewritten, from the log's first on.</param>
/// <param name="DirtyFrom">The first offset (inclusive) that no compaction has seen yet.</param>
/// <param name="Limit">The end (exclusive) of those segments.</param>
internal sealed record CompactionPlan(IReadOnlyList<LogSegment> Segments, long DirtyFrom, long Limit)
{
    /// <summary>What there is to do now; null when nothing is due.</summary>
    /// <param name="log">The log, under its maintenance's lock.</param>
    /// <param name="logStart">Its first retained offset.</param>
    public static CompactionPlan? Due(LogState log, long logStart)
    {
        long dirtyFrom = Math.Max(log.Checkpoint.Current.CompactedTo, logStart);
        List<LogSegment> segments = [];
        long limit = 0;
        long clean = 0;
        long dirty = 0;
        bool overdue = false;
        foreach (LogSegment segment in log.Segments.All)
        {
            if (log.Segments.After(segment.BaseOffset) is not { } next || !MayCompact(log, segment, next)) break;
            segments.Add(segment);
            limit = next.BaseOffset;
            if (limit <= dirtyFrom)
            {
                clean += segment.Size;
                continue;
            }

            dirty += segment.Size;
            overdue = overdue || IsOverdue(log, segment);
        }

        if (limit <= dirtyFrom) return null;
        double ratio = (double)dirty / Math.Max(1, clean + dirty);
        return overdue || ratio > log.Config.MinCleanableDirtyRatio ? new CompactionPlan(segments, dirtyFrom, limit) : null;
    }

    /// <summary>Whether a segment has records that <c>max.compaction.lag.ms</c> wants compacted.</summary>
    public static bool IsOverdue(LogState log, LogSegment segment)
    {
        long lag = log.Config.MaxCompactionLagMs;
        if (lag == long.MaxValue) return false;
        segment.Acquire();
        try
        {
            using BatchScanner scanner = new(segment.File(), 0, chunk: 4096);
            return scanner.MoveNextHeader(segment.Size) && scanner.Header.MaxTimestamp is >= 0 and long first &&
                first < log.Now - lag;
        }
        finally
        {
            segment.Release();
        }
    }

    /// <summary>
    /// Above the recovery point a crash may take segments back, and recovery is to find them as they were written; above the
    /// watermark a new leader may, and the older records of their keys must be there then.
    /// </summary>
    private static bool MayCompact(LogState log, LogSegment segment, LogSegment next) =>
        segment.IsSealed && next.BaseOffset <= Math.Min(log.Checkpoint.Current.RecoveryPoint, log.HighWatermark) &&
        (log.Config.MinCompactionLagMs == 0 || segment.MaxTimestamp <= log.Now - log.Config.MinCompactionLagMs);
}
