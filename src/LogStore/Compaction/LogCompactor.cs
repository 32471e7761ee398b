using LogStore.Diagnostics;
using LogStore.IO;
using LogStore.Reading;
using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Compaction;

/// <summary>
/// One compaction of a log: learns the latest offset of each key of the dirty part, then rewrites the segments from the log's
/// first on, group after group, each taking the place of its originals as soon as it is durable.
/// </summary>
/// <remarks>
/// Runs under the log's maintenance lock, beside appends and readers: it touches sealed segments alone. The groups go from old
/// to new, so that a deletion's tombstone never goes before what it deletes.
/// </remarks>
/// <param name="log">The log.</param>
/// <param name="view">Its readers' view, which learns of each swap.</param>
/// <param name="fail">Makes the log faulted, and returns the error to throw.</param>
/// <param name="cancellation">Ends the work between two batches; groups that were swapped stay so.</param>
internal sealed class LogCompactor(
    LogState log, LogView view, Func<Exception, LogFaultedException> fail, CancellationToken cancellation)
{
    private readonly OffsetMap _latest = new(log.Options.CompactionMapBytes);

    /// <summary>Carries out a plan.</summary>
    /// <param name="plan">What to look through.</param>
    /// <param name="remembered">The base offsets of the batches in the producers' state.</param>
    /// <returns>Null when not a batch of the dirty part could be taken.</returns>
    /// <exception cref="CorruptLogException">The stored bytes are damaged; nothing of the damaged segment was changed.</exception>
    /// <exception cref="DiskFullException">The log goes on as it is.</exception>
    /// <exception cref="LogFaultedException">A swap failed half-way; opening the log again finishes it.</exception>
    public LogCompaction? Run(CompactionPlan plan, HashSet<long> remembered)
    {
        long mapped = Map(plan);
        if (mapped <= plan.DirtyFrom) return null;
        using BatchFilter filter = new(_latest, remembered, log.Now, log.Config.DeleteRetentionMs);
        long before = 0;
        long after = 0;
        foreach (LogSegment[] group in Group([.. plan.Segments.Where(segment => segment.BaseOffset < mapped)]))
        {
            long bytes = group.Sum(segment => segment.Size);
            before += bytes;
            after += Rewrite(group, filter, mapped) ?? bytes;
        }

        Update(current => current with { CompactedTo = mapped });
        LogEvents.Compacted(log.Logger, log.Directory, plan.DirtyFrom, mapped, before, after, filter.Removed);
        return new LogCompaction(plan.DirtyFrom, mapped, before, after, filter.Removed);
    }

    /// <summary>Fills the map; returns where it stopped, which is the beginning of a batch.</summary>
    private long Map(CompactionPlan plan)
    {
        long mapped = plan.DirtyFrom;
        foreach (LogSegment segment in plan.Segments)
        {
            long end = log.Segments.After(segment.BaseOffset)?.BaseOffset ?? plan.Limit;
            if (end <= plan.DirtyFrom) continue;
            bool whole = true;
            Walk(segment, Math.Max(plan.DirtyFrom, segment.BaseOffset), batch =>
            {
                // Whether a transaction's records count is known when it ends, so they are left as they are, and all behind.
                whole = !batch.IsTransactional && !batch.IsControl && TryMap(batch);
                if (whole) mapped = batch.NextOffset;
                return whole;
            });
            if (!whole) break;
        }

        return mapped;
    }

    /// <summary>
    /// A batch goes into the map whole or not at all, as the map tells what is superseded below its end; the first goes in
    /// whatever its size, so that each compaction comes further.
    /// </summary>
    private bool TryMap(in RecordBatch batch)
    {
        if (_latest.Count > 0 && batch.RecordCount > _latest.Room) return false;
        foreach (RecordView record in batch)
        {
            if (!record.Key.IsNull) _latest.Put(record.Key, record.Offset);
        }

        return true;
    }

    /// <summary>Runs of segments that fit into one; small ones that earlier compactions have left grow together.</summary>
    private List<LogSegment[]> Group(List<LogSegment> segments)
    {
        SegmentLimits limits = log.Config.SegmentLimits;
        List<LogSegment[]> groups = [];
        List<LogSegment> group = [];
        long bytes = 0;
        foreach (LogSegment segment in segments)
        {
            bool fits = group.Count == 0 ||
                (bytes + segment.Size <= limits.MaxBytes && EndOf(segment) - group[0].BaseOffset <= int.MaxValue);
            if (!fits)
            {
                groups.Add([.. group]);
                group.Clear();
                bytes = 0;
            }

            group.Add(segment);
            bytes += segment.Size;
        }

        if (group.Count > 0) groups.Add([.. group]);
        return groups;
    }

    private long EndOf(LogSegment segment) => log.Segments.After(segment.BaseOffset)!.BaseOffset;

    /// <summary>Rewrites a group and swaps it in; returns its size, or null when it can stay as it is.</summary>
    private long? Rewrite(LogSegment[] group, BatchFilter filter, long mapped)
    {
        Storage storage = log.Options.Storage;
        string path = SegmentNames.Cleaned(log.Directory, group[0].BaseOffset);
        try
        {
            bool changed = group.Length > 1;
            long length;
            using (SegmentRewriter target = new(storage.Open(path, OpenMode.Truncate)))
            {
                foreach (LogSegment segment in group)
                {
                    Walk(segment, segment.BaseOffset, batch =>
                    {
                        changed |= Copy(batch, filter, target, mapped);
                        return true;
                    });
                }

                target.Complete();
                length = target.Length;
            }

            if (changed)
            {
                Swap(group, length);
                return length;
            }
        }
        catch (Exception exception) when (exception is not LogFaultedException)
        {
            TryDelete(path);
            if (LibC.IsDiskFull(exception)) throw new DiskFullException(log.Directory, exception);
            throw;
        }

        TryDelete(path);
        return null;
    }

    /// <summary>Copies what the filter leaves of a batch; whether that differs from the batch.</summary>
    private static bool Copy(in RecordBatch batch, BatchFilter filter, SegmentRewriter target, long mapped)
    {
        // What is not in the map may not be judged by it.
        ReadOnlyMemory<byte> left = batch.BaseOffset >= mapped ? batch.Bytes : filter.Apply(batch);
        if (left.IsEmpty) target.Skip(batch.Header);
        else target.Add(left.Span);
        // An empty batch that stands for missing ones is left out like them, and made anew as large as it now must be.
        bool isSame = left.Length == batch.SizeInBytes && left.Span.SequenceEqual(batch.Bytes.Span);
        return !isSame && (batch.RecordCount > 0 || batch.HasProducerId);
    }

    private void Swap(LogSegment[] group, long length)
    {
        long baseOffset = group[0].BaseOffset;
        long endOffset = EndOf(group[^1]);
        Update(current => current with { Swaps = current.Swaps | 1 });
        LogSegment replacement = LogSegment.OpenSealed(
            log.Options.Storage, log.Directory, baseOffset, log.Config.SegmentLimits, OpenMode.ReadWrite);
        try
        {
            SegmentSwap.Commit(log.Options.Storage, log.Directory, baseOffset);
            view.BeginTruncation();
            try
            {
                foreach (LogSegment original in group) original.Retire();
                SegmentSwap.Finish(log.Options.Storage, log.Directory, baseOffset, endOffset);
                replacement.Restore(length);
                log.Segments.Replace(group, replacement);
            }
            finally
            {
                view.EndTruncation();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw fail(exception);
        }

        Index(replacement);
        Update(current => current with { Swaps = (current.Swaps | 1) + 1 });
        log.Signal.Raise(); // Readers that wait at the end of an original go on behind it.
    }

    private static void Index(LogSegment segment)
    {
        segment.Acquire();
        try
        {
            segment.FlushIndexes();
        }
        finally
        {
            segment.Release();
        }
    }

    /// <summary>Reads a segment's batches from the one that holds an offset on, while <paramref name="take"/> says so.</summary>
    private void Walk(LogSegment segment, long from, Func<RecordBatch, bool> take)
    {
        segment.Acquire();
        try
        {
            (long position, long offset) = segment.Locate(from);
            using BatchScanner scanner = new(segment.File(), position) { ExpectedOffset = offset };
            while (scanner.MoveNext(segment.Size))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!take(scanner.Batch)) return;
            }

            if (scanner.Status != BatchStatus.Valid)
                throw new CorruptLogException(segment.Path, scanner.Position, LogSegment.Describe(scanner.Status));
        }
        finally
        {
            segment.Release();
        }
    }

    private void Update(Func<Recovery.LogCheckpoint, Recovery.LogCheckpoint> change)
    {
        try
        {
            log.Checkpoint.Update(change);
        }
        catch (IOException exception) when (LibC.IsDiskFull(exception))
        {
            throw new DiskFullException(log.Directory, exception);
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            log.Options.Storage.DeleteFile(path);
        }
        catch (IOException exception)
        {
            // It is found, and deleted, when the log is next opened, or overwritten by the next compaction.
            LogEvents.Deferred(log.Logger, log.Directory, exception.Message);
        }
    }
}
