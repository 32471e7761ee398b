using System.Runtime.CompilerServices;
using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Reading;

/// <summary>Reading a view as an asynchronous stream, and finding an offset by time.</summary>
internal static class BatchStream
{
    private const int MaxAttempts = 100;

    public static async IAsyncEnumerable<RecordBatch> ReadAsync(
        LogView view, long offset, ReadMode mode, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using BatchReader reader = new(view, offset);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.TryRead(out RecordBatch batch))
            {
                yield return batch;
                continue;
            }

            // The task first, the look second: what is appended in between completes the task.
            Task? more = mode == ReadMode.Follow ? view.WaitForMoreAsync() : null;
            view.Refresh();
            if (reader.TryRead(out batch)) yield return batch;
            else if (more is null) yield break;
            else await more.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The first record that has at least this timestamp (milliseconds); null when there is none.</summary>
    public static (long Offset, long Timestamp)? FindRecord(LogView view, long timestamp)
    {
        for (int attempt = 0; ; attempt++)
        {
            int truncations = view.SettledTruncations();
            try
            {
                return Find(view, timestamp);
            }
            catch (Exception exception) when (exception is CorruptLogException or IOException && attempt < MaxAttempts)
            {
                // It was deleted, cut or compacted while we looked.
                if (truncations == view.Truncations && !view.MayHaveChanged()) throw;
            }
        }
    }

    private static (long Offset, long Timestamp)? Find(LogView view, long timestamp)
    {
        foreach (LogSegment segment in view.Segments.All)
        {
            if (segment.MaxTimestamp < timestamp) continue;
            long from;
            segment.Acquire();
            try
            {
                from = Math.Max(segment.LookupTime(timestamp), view.LogStartOffset);
            }
            finally
            {
                segment.Release();
            }

            if (from <= view.LogEndOffset && Scan(view, from, timestamp) is { } found) return found;
        }

        return null;
    }

    private static (long Offset, long Timestamp)? Scan(LogView view, long from, long timestamp)
    {
        using BatchReader reader = new(view, from);
        while (reader.TryRead(out RecordBatch batch))
        {
            if (batch.MaxTimestamp < timestamp) continue;
            foreach (RecordView record in batch)
            {
                if (record.Timestamp >= timestamp && record.Offset >= view.LogStartOffset)
                    return (record.Offset, record.Timestamp);
            }
        }

        return null;
    }
}
