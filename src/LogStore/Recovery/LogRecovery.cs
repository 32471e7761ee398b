using LogStore.Diagnostics;
using LogStore.Checksums;
using LogStore.Compaction;
using LogStore.Epochs;
using LogStore.IO;
using LogStore.Producers;
using LogStore.Records;
using LogStore.Segments;
using Microsoft.Extensions.Logging;

namespace LogStore.Recovery;

/// <summary>
/// Turns a directory into an open log. After a clean close the checkpoint says all there is to know and nothing is read.
/// After a crash everything past the recovery point is read and checked: a torn tail (bytes that no whole batch follows)
/// is cut, damage with whole batches behind it is reported and left alone.
/// </summary>
internal sealed class LogRecovery
{
    private readonly LogOptions _options;
    private readonly Storage _storage;
    private readonly LogState _log;
    private readonly LogCheckpoint _checkpoint;
    private long _scanned;

    private LogRecovery(LogOptions options, ILogger logger)
    {
        _options = options;
        _storage = options.Storage;
        SegmentSwap.Recover(_storage, options.Directory);
        CheckpointFile checkpoint = CheckpointFile.Load(_storage, options.Directory);
        if ((checkpoint.Current.Swaps & 1) != 0) checkpoint.Update(current => current with { Swaps = current.Swaps + 1 });
        _checkpoint = checkpoint.Current;
        _log = new LogState(options, new SegmentList(FindSegments()), checkpoint, logger);
    }

    /// <summary>Recovers the log in a directory whose lock the caller holds.</summary>
    /// <exception cref="CorruptLogException">There is damage that recovery must not repair on its own.</exception>
    public static LogState Recover(LogOptions options, ILogger logger)
    {
        LogRecovery recovery = new(options, logger);
        if (recovery._checkpoint.IsClean && recovery.MatchesCheckpoint()) recovery.OpenClean();
        else recovery.OpenAfterCrash();
        return recovery._log;
    }

    /// <summary>All segments as sealed, but for the last one, which takes the appends.</summary>
    private List<LogSegment> FindSegments()
    {
        List<long> offsets = SegmentNames.FindSegments(_storage, _options.Directory);
        List<LogSegment> segments = [];
        for (int index = 0; index < offsets.Count; index++)
        {
            segments.Add(index < offsets.Count - 1 || !_checkpoint.IsClean
                ? LogSegment.OpenSealed(
                    _storage, _options.Directory, offsets[index], _options.Config.SegmentLimits, OpenMode.ReadWrite)
                : LogSegment.OpenActive(
                    _storage, _options.Directory, offsets[index], _options.Config.SegmentLimits, _checkpoint.CleanBytes));
        }

        return segments;
    }

    /// <summary>Whether the last segment's file is what the clean close left.</summary>
    private bool MatchesCheckpoint()
    {
        LogSegment? last = _log.Segments.Last;
        if (last is null) return _checkpoint.CleanBytes <= 0;
        if (last.BaseOffset > _checkpoint.CleanEnd) return false;
        using StorageFile file = _storage.Open(last.Path, OpenMode.Read);
        return file.Length == _checkpoint.CleanBytes;
    }

    private void OpenClean()
    {
        _log.RecoveredEndOffset = _checkpoint.CleanEnd;
        ReadEpochs();
        long snapshot = ProducerReplay.LoadSnapshot(_log, _checkpoint.CleanEnd);
        if (snapshot != _checkpoint.CleanEnd) ProducerReplay.Rebuild(_log, _checkpoint.CleanEnd, KeepSnapshot);
    }

    private void OpenAfterCrash()
    {
        DeleteBelowStart();
        ReadEpochs();
        _log.Epochs.TruncateFromEnd(_checkpoint.RecoveryPoint); // Above it the batches tell what is true.
        long end = _log.Segments.Count == 0 ? _checkpoint.LogStartOffset : 0;
        LogSegment[] segments = [.. _log.Segments.All];
        for (int index = 0; index < segments.Length; index++)
        {
            LogSegment segment = segments[index];
            bool isLast = index == segments.Length - 1;
            if (!isLast && segments[index + 1].BaseOffset <= _checkpoint.RecoveryPoint) continue;
            end = RecoverSegment(segment, segments.AsSpan(index + 1));
            if (_log.Segments.Last == segment) break; // Everything after it was empty, and is gone.
        }

        if (end < _checkpoint.RecoveryPoint)
            throw new CorruptLogException(
                _log.Segments.Last?.Path ?? _options.Directory, _log.Segments.Last?.Size ?? 0,
                $"the log ends at offset {end}, but was durable up to {_checkpoint.RecoveryPoint}");
        Finish(IsBelowStart() ? DropBelowStart() : end);
    }

    /// <summary>
    /// Whether nothing is left but a segment without a batch that begins below the log's start: one that was made for a batch
    /// that reaches across it, and was cut or never written.
    /// </summary>
    private bool IsBelowStart() => _log.Segments.Count == 1 &&
        _log.Segments.Last is { Size: 0 } last && last.BaseOffset < _checkpoint.LogStartOffset;

    /// <summary>The log is empty where it begins; returns that offset.</summary>
    private long DropBelowStart()
    {
        LogSegment segment = _log.Segments.Last!;
        _log.Segments.Remove(segment);
        segment.Delete();
        return _checkpoint.LogStartOffset;
    }

    /// <summary>A deletion that the crash interrupted is completed.</summary>
    private void DeleteBelowStart()
    {
        foreach (LogSegment segment in _log.Segments.All)
        {
            LogSegment? next = _log.Segments.After(segment.BaseOffset);
            if (next is null || next.BaseOffset > _checkpoint.LogStartOffset) return;
            _log.Segments.Remove(segment);
            segment.Delete();
        }
    }

    /// <summary>Checks one segment from the recovery point on; returns the offset behind its last whole batch.</summary>
    private long RecoverSegment(LogSegment segment, ReadOnlySpan<LogSegment> later)
    {
        segment.Acquire();
        try
        {
            SegmentIndexes indexes = segment.ResetIndexes();
            long length = segment.File().Length;
            using BatchScanner scanner = new(segment.File(), 0) { ExpectedOffset = segment.BaseOffset };
            while (Step(scanner, length))
            {
                RecordBatchHeader header = scanner.Header;
                indexes.Add(header.LastOffset, header.MaxTimestamp, scanner.Position, header.SizeInBytes);
                _log.Epochs.Record(header.LeaderEpoch, header.BaseOffset);
            }

            long end = scanner.Position;
            long next = scanner.ExpectedOffset;
            _scanned += end;
            if (end < length) JudgeTail(segment, scanner, length);
            if (later.Length > 0 && later[0].BaseOffset != next) DropEmpty(segment, scanner, later);
            segment.Restore(end);
            segment.CutToSize();
            segment.Flush();
            // The last segment's indexes are built anew after every crash; a full one's must last.
            if (later.IsEmpty) segment.WriteIndexes();
            else segment.FlushIndexes();
            return next;
        }
        finally
        {
            segment.Release();
        }
    }

    /// <summary>Below the recovery point headers are enough; above it every byte is checked.</summary>
    private bool Step(BatchScanner scanner, long length) => scanner.ExpectedOffset < _checkpoint.RecoveryPoint
        ? scanner.MoveNextHeader(length)
        : scanner.MoveNext(length);

    /// <summary>What stands behind the last whole batch: reserved space, a torn write, or damage.</summary>
    private void JudgeTail(LogSegment segment, BatchScanner scanner, long length)
    {
        long end = scanner.Position;
        if (scanner.ExpectedOffset < _checkpoint.RecoveryPoint)
            throw new CorruptLogException(segment.Path, end, LogSegment.Describe(scanner.Status));
        TailKind tail = TailInspector.Inspect(segment.File(), end, length, scanner.ExpectedOffset);
        if (tail == TailKind.Damage)
            throw new CorruptLogException(
                segment.Path, end, $"{LogSegment.Describe(scanner.Status)}, and whole batches follow");
        if (tail == TailKind.Torn) LogEvents.CutTornTail(_log.Logger, segment.Path, length - end);
    }

    /// <summary>The end of this segment is lost: that was a torn write if no batch stands behind the gap.</summary>
    private void DropEmpty(LogSegment segment, BatchScanner scanner, ReadOnlySpan<LogSegment> later)
    {
        foreach (LogSegment other in later)
        {
            if (TailInspector.IsEmpty(_storage, other.Path)) continue;
            throw new CorruptLogException(
                segment.Path, scanner.Position,
                $"it ends at offset {scanner.ExpectedOffset}, but the next segment begins at {later[0].BaseOffset}");
        }

        foreach (LogSegment other in later)
        {
            _log.Segments.Remove(other);
            other.Delete();
        }
    }

    private void Finish(long endOffset)
    {
        _log.Segments.Last?.Activate();
        _log.RecoveredEndOffset = endOffset;
        _log.Epochs.TruncateFromEnd(endOffset);
        DeleteSnapshotsAbove(endOffset);
        ProducerReplay.Rebuild(_log, endOffset, KeepSnapshot);
        uint epochs = _log.WriteEpochs(_log.Epochs.Write());
        _log.Checkpoint.Update(current => current with
        {
            // The end can be lower only when a truncation was interrupted: it cuts whole batches, past the start if need be.
            LogStartOffset = Math.Min(current.LogStartOffset, endOffset),
            RecoveryPoint = endOffset,
            CleanEnd = -1,
            CleanBytes = -1,
            EpochsChecksum = epochs,
        });
        if (_scanned > 0) LogEvents.Recovered(_log.Logger, _options.Directory, _scanned, endOffset);
    }

    /// <summary>
    /// Each segment but the first begins with a snapshot, so that the ones before it can be deleted; a crash may have come
    /// before it was written, or it is lost as the one at the end is.
    /// </summary>
    private void KeepSnapshot(long offset) => _storage.ReplaceFile(
        SegmentNames.Snapshot(_options.Directory, offset), ProducerSnapshot.Write(_log.Producers));

    /// <summary>Snapshots of what was cut would poison a later recovery.</summary>
    private void DeleteSnapshotsAbove(long endOffset)
    {
        foreach (string name in _storage.ListFiles(_options.Directory))
        {
            if (SegmentNames.TryParse(name, SegmentNames.SnapshotSuffix, out long offset) && offset > endOffset)
                _storage.DeleteFile(Path.Combine(_options.Directory, name));
        }
    }

    private void ReadEpochs()
    {
        byte[]? content = _storage.TryReadFile(Path.Combine(_options.Directory, LeaderEpochHistory.FileName));
        if (content is not null && Crc32C.Compute(content) == _checkpoint.EpochsChecksum && _log.Epochs.TryRead(content))
            return;
        foreach (LogSegment segment in _log.Segments.All)
        {
            segment.Acquire();
            try
            {
                using BatchScanner scanner = new(segment.File(), 0);
                while (scanner.MoveNextHeader(segment.Size))
                    _log.Epochs.Record(scanner.Header.LeaderEpoch, scanner.Header.BaseOffset);
            }
            finally
            {
                segment.Release();
            }
        }
    }
}
