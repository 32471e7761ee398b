using LogStore.Diagnostics;
using LogStore.IO;
using LogStore.Producers;
using LogStore.Recovery;
using LogStore.Segments;

namespace LogStore;

/// <summary>Truncation, deletion, retention and closing.</summary>
public sealed partial class Log
{
    private readonly SemaphoreSlim _maintenance = new(1, 1);
    private bool _disposed;

    /// <summary>Puts other settings in force; those of segments that exist already hold until the next roll.</summary>
    public void UpdateConfig(LogConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _state.Config = config;
    }

    /// <summary>
    /// Cuts the log so that no offset at or above <paramref name="offset"/> remains. Batches are not split: the one that holds
    /// the offset goes whole. The state of producers and epochs goes back with it. Durable on return.
    /// </summary>
    /// <param name="offset">In [<see cref="LogStartOffset"/>, <see cref="LogEndOffset"/>].</param>
    /// <param name="cancellationToken">Ends the wait for running appends; once cutting has begun it is completed.</param>
    /// <returns>Where the log ends now (exclusive).</returns>
    /// <exception cref="OffsetOutOfRangeException">The offset is not in the log.</exception>
    /// <exception cref="DiskFullException">Nothing was cut; it may be retried.</exception>
    /// <exception cref="LogFaultedException">An I/O error: the log must be opened again, and may or may not be cut.</exception>
    public async ValueTask<long> TruncateToAsync(long offset, CancellationToken cancellationToken = default)
    {
        await PreemptMaintenanceAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _pipeline.RunExclusiveAsync(() => Truncate(offset), cancellationToken).ConfigureAwait(false);
            return LogEndOffset;
        }
        finally
        {
            _maintenance.Release();
        }
    }

    /// <summary>
    /// Deletes the records below <paramref name="offset"/>: they are out of range from here on, and their segments are deleted
    /// once no offset in them is retained.
    /// </summary>
    /// <param name="offset">At most <see cref="LogEndOffset"/>; one below the log's start changes nothing.</param>
    /// <param name="cancellationToken">Ends the wait for other maintenance.</param>
    /// <returns>The first retained offset (inclusive).</returns>
    /// <exception cref="OffsetOutOfRangeException">The offset is above the end.</exception>
    /// <exception cref="DiskFullException">Nothing was deleted; it may be retried.</exception>
    /// <exception cref="IOException">The start has moved or not, but files below it are left; the log goes on.</exception>
    public async ValueTask<long> DeleteRecordsAsync(long offset, CancellationToken cancellationToken = default)
    {
        await PreemptMaintenanceAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (offset > LogEndOffset) throw new OffsetOutOfRangeException(offset, LogStartOffset, LogEndOffset);
            // A log must not start above what a crash leaves of it.
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            AdvanceStart(offset, "its records were deleted");
            return LogStartOffset;
        }
        finally
        {
            _maintenance.Release();
        }
    }

    /// <summary>Deletes what <c>retention.ms</c> and <c>retention.bytes</c> no longer keep, and forgets idle producers.</summary>
    /// <remarks>Runs by itself every <see cref="LogOptions.RetentionCheckInterval"/>; never blocks appends.</remarks>
    public async ValueTask ApplyRetentionAsync(CancellationToken cancellationToken = default)
    {
        await _maintenance.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_state.Segments.Last is { } active && IsTooOld(active))
                await _pipeline.RollAsync(cancellationToken).ConfigureAwait(false);
            long bytes = SizeInBytes;
            foreach (LogSegment segment in _state.Segments.All)
            {
                LogSegment? next = _state.Segments.After(segment.BaseOffset);
                if (next is null || !segment.IsSealed || next.BaseOffset > HighWatermark) break;
                string? reason = Expiry(segment, bytes);
                if (reason is null) break;
                bytes -= segment.Size;
                AdvanceStart(next.BaseOffset, reason);
            }

            long idleSince = _state.Now - (long)_state.Options.ProducerIdExpiration.TotalMilliseconds;
            int expired = _pipeline.ExpireProducers(idleSince);
            if (expired > 0) LogEvents.ExpiredProducers(_state.Logger, Directory, expired);
        }
        finally
        {
            _maintenance.Release();
        }
    }

    /// <summary>
    /// Closes the log: appends under way are completed, everything is flushed, and a mark is left that makes the next open
    /// immediate. A faulted log is closed as it is.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _retentionTimer.DisposeAsync().ConfigureAwait(false);
        await PreemptMaintenanceAsync().ConfigureAwait(false);
        try
        {
            await _pipeline.CloseAsync(Settle).ConfigureAwait(false);
            _state.Signal.Fail(new ObjectDisposedException(nameof(Log)));
            foreach (LogSegment segment in _state.Segments.All) segment.Close();
        }
        finally
        {
            _lock.Dispose();
            _maintenance.Release();
        }

        _pipeline.Dispose();
        // The semaphore is not disposed: those who wait for it must get their turn, and learn that the log is closed.
    }

    private void Truncate(long offset)
    {
        long start = LogStartOffset;
        if (offset < start || offset > LogEndOffset) throw new OffsetOutOfRangeException(offset, start, LogEndOffset);
        if (offset == LogEndOffset || _state.Segments.Find(offset) is not { } target) return;
        _pipeline.FlushAlone(); // What stays must be durable, and whoever waits for what goes has its answer first.
        target.Acquire();
        try
        {
            (long position, long end) = target.Locate(offset);
            // The mark first: a crash on the way must not find a recovery point above the end.
            UpdateCheckpoint(current => current with
            {
                RecoveryPoint = Math.Min(current.RecoveryPoint, target.BaseOffset),
                CompactedTo = Math.Min(current.CompactedTo, end),
                CleanEnd = -1,
                CleanBytes = -1,
            });
            Cut(target, position, end);
            LogEvents.Truncated(_state.Logger, Directory, end);
        }
        finally
        {
            target.Release();
        }
    }

    /// <summary>From the first cut on there is no way back: an error leaves the log faulted, and recovery decides.</summary>
    private void Cut(LogSegment target, long position, long end)
    {
        _view.BeginTruncation();
        try
        {
            CutBehind(target);
            DeleteSnapshots(snapshot => snapshot > end);
            // Before the cut is durable, so that no power loss brings back what stood behind it.
            _state.Options.Storage.FlushDirectory(Directory);
            target.TruncateTo(position);
            _pipeline.AdoptEnd(end);
            // Records deleted from the middle of a batch leave the log with the rest of it.
            _state.Checkpoint.Update(current => current with { LogStartOffset = Math.Min(current.LogStartOffset, end) });
            TellOtherProcesses();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            throw _pipeline.SetFault(exception);
        }
        finally
        {
            _view.EndTruncation();
            _state.Signal.Raise(); // Readers that waited above the new end are told.
            _state.FlushSignal.Raise();
        }
    }

    /// <summary>A process that reads the log may not see it shorter, as it grows again at once: the count tells it.</summary>
    private void TellOtherProcesses()
    {
        try
        {
            _state.Checkpoint.Update(current => current with { Swaps = current.Swaps + 2 });
        }
        catch (IOException exception) when (LibC.IsDiskFull(exception))
        {
            // The log is cut, and where there is no room for this it does not grow: its length tells as well.
        }
    }

    private void UpdateCheckpoint(Func<LogCheckpoint, LogCheckpoint> change)
    {
        try
        {
            _state.Checkpoint.Update(change);
        }
        catch (IOException exception) when (LibC.IsDiskFull(exception))
        {
            throw new DiskFullException(Directory, exception);
        }
    }

    /// <summary>Deletes the segments behind one, the last first, so that a crash never leaves a gap.</summary>
    private void CutBehind(LogSegment target)
    {
        for (LogSegment last = _state.Segments.Last!; last != target; last = _state.Segments.Last!)
        {
            _state.Segments.Remove(last);
            last.Delete();
        }
    }

    private void DeleteSnapshots(Func<long, bool> isSpare)
    {
        foreach (string name in _state.Options.Storage.ListFiles(Directory))
        {
            if (SegmentNames.TryParse(name, SegmentNames.SnapshotSuffix, out long offset) && isSpare(offset))
                _state.Options.Storage.DeleteFile(Path.Combine(Directory, name));
        }
    }

    private string? Expiry(LogSegment segment, long bytes)
    {
        if (IsTooOld(segment)) return "it is older than retention.ms";
        long limit = _state.Config.Deletes ? _state.Config.RetentionBytes : -1;
        return limit >= 0 && bytes - segment.Size >= limit ? "the log is larger than retention.bytes" : null;
    }

    private bool IsTooOld(LogSegment segment)
    {
        long retention = _state.Config.Deletes ? _state.Config.RetentionMs : -1;
        long newest = segment.MaxTimestamp;
        return retention >= 0 && newest >= 0 && newest < _state.Now - retention;
    }

    /// <summary>Moves the start; the mark is durable before the first file goes.</summary>
    private void AdvanceStart(long offset, string reason)
    {
        if (offset <= LogStartOffset) return;
        UpdateCheckpoint(current => current with { LogStartOffset = offset });
        foreach (LogSegment segment in _state.Segments.All)
        {
            LogSegment? next = _state.Segments.After(segment.BaseOffset);
            if (next is null || next.BaseOffset > offset || !segment.IsSealed) break;
            _state.Segments.Remove(segment);
            segment.Delete();
            LogEvents.DeletedSegment(_state.Logger, Directory, segment.BaseOffset, reason);
        }

        // The history goes with the batches, not with the start, which may lie among batches that are still in a file.
        long first = _state.Segments.All is [var oldest, ..] ? oldest.BaseOffset : offset;
        _pipeline.WithEpochs(epochs =>
        {
            epochs.TruncateFromStart(first);
            return 0;
        });
    }

    private void CleanInBackground()
    {
        _ = Task.Run(async () =>
        {
            try
            {
                await ApplyRetentionAsync().ConfigureAwait(false);
                await CompactAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
                                                  or LogStoreException or ObjectDisposedException)
            {
                LogEvents.Deferred(_state.Logger, Directory, exception.Message);
            }
        });
    }

    /// <summary>What a clean close leaves: complete files, the state beside them, and the mark that says so.</summary>
    private void Settle()
    {
        LogCheckpoint current = _state.Checkpoint.Current;
        if (current.IsClean) return; // Nothing was written in this life.
        Storage storage = _state.Options.Storage;
        LogSegment? active = _state.Segments.Last;
        if (active is null && current == LogCheckpoint.Empty) return; // Nothing was ever written.
        foreach (LogSegment segment in _state.Segments.All)
        {
            if (!segment.IsSealed) segment.Settle();
        }

        long end = LogEndOffset;
        storage.ReplaceFile(SegmentNames.Snapshot(Directory, end), ProducerSnapshot.Write(_state.Producers));
        uint epochs = _state.WriteEpochs(_state.Epochs.Write());
        _state.Checkpoint.Update(checkpoint => checkpoint with
        {
            RecoveryPoint = end,
            CleanEnd = end,
            CleanBytes = active?.Size ?? 0,
            EpochsChecksum = epochs,
        });
        DeleteSpareSnapshots(end);
    }

    /// <summary>Each close leaves a snapshot at the end; of the earlier ones only those at a segment's base serve.</summary>
    private void DeleteSpareSnapshots(long end)
    {
        HashSet<long> kept = [end];
        foreach (LogSegment segment in _state.Segments.All) kept.Add(segment.BaseOffset);
        DeleteSnapshots(offset => !kept.Contains(offset));
    }
}
