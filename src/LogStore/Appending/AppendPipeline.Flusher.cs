using System.Diagnostics;
using LogStore.Diagnostics;
using LogStore.IO;
using LogStore.Segments;

namespace LogStore.Appending;

/// <summary>The flusher's role: from appended to durable, and what becomes due when a segment is full.</summary>
internal sealed partial class AppendPipeline
{
    /// <summary>The longest time that a timer takes, 49 days: to flush that early does no harm.</summary>
    private const long LongestTimerMs = uint.MaxValue - 1;

    private readonly WorkItem _flusherItem;
    private readonly Queue<PendingSeal> _sealing = new();
    private bool _namesChanged;
    private bool _timerArmed;

    private bool FlushDue => _flushRequest > _flushedOffset && _fault is null;

    /// <summary>
    /// The thread pool's turn, unless somebody has taken the role from its queue. After each flush it queues itself behind the callers that it has just released, so that those who
    /// append again at once are all in the next group: the thread pool's queue is first in, first out.
    /// </summary>
    private void RunFlusher()
    {
        lock (_gate)
        {
            if (_flusher != Role.Queued) return;
            _flusher = Role.Held;
        }

        FlushHere();
    }

    /// <summary>The caller has the role: it writes what is staged, flushes once, and hands on what came meanwhile.</summary>
    private void FlushHere()
    {
        if (TakeWriter()) WriteHere();
        if (!TryFlush()) return;
        Turn turn;
        lock (_gate) turn = PassFlusher();
        Take(turn);
    }

    private Turn PassFlusher()
    {
        if (_waitingForFlush.FirstBlocking is { } next)
        {
            _flusher = Role.Held;
            next.Offer(Turn.Flush);
            return Turn.None;
        }

        _flusher = Role.Queued;
        return Turn.QueueFlusher;
    }

    private bool TakeWriter()
    {
        lock (_gate)
        {
            if (_writer == Role.Held || _filling is null) return false;
            _writer = Role.Held;
            return true;
        }
    }

    /// <summary>Flushes everything appended. True: more is due, and the role is still held.</summary>
    private bool TryFlush()
    {
        try
        {
            Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            SetFault(exception);
        }

        lock (_gate)
        {
            // What is due but not appended yet is in the hands of another writer, which calls the flusher when it ends.
            if (FlushDue && (_flushedOffset < _logEndOffset || (_filling is not null && _writer != Role.Held))) return true;
            _flusher = Role.Free;
            SignalIfIdle();
            return false;
        }
    }

    private void Flush()
    {
        long target;
        bool namesChanged;
        PendingSeal[] seals;
        LogSegment? active;
        lock (_gate)
        {
            if (_fault is not null || (_logEndOffset == _flushedOffset && _sealing.Count == 0)) return;
            target = _logEndOffset;
            (namesChanged, _namesChanged) = (_namesChanged, false);
            seals = [.. _sealing];
            active = _log.Segments.Last;
        }

        long started = Stopwatch.GetTimestamp();
        foreach (PendingSeal seal in seals) seal.Segment.Flush();
        active?.Flush();
        if (namesChanged) _log.Options.Storage.FlushDirectory(_log.Directory);
        LogTelemetry.FlushDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);

        OperationQueue flushed;
        lock (_gate)
        {
            Volatile.Write(ref _flushedOffset, target);
            flushed = _waitingForFlush.DequeueBelow(target);
        }

        LogTelemetry.FlushGroup.Record(flushed.Count);
        flushed.CompleteAll(null);
        _log.FlushSignal.Raise();
        if (seals.Length > 0) SealRolled(seals);
    }

    /// <summary>Finishes the files of full segments and moves the recovery point behind them.</summary>
    /// <remarks>Nothing acknowledged depends on this, so a full device only puts it off until the next flush.</remarks>
    private void SealRolled(PendingSeal[] seals)
    {
        try
        {
            foreach (PendingSeal seal in seals)
            {
                // The snapshot first: a sealed segment may be deleted at once, and what it says of producers with it.
                _log.Options.Storage.ReplaceFile(
                    SegmentNames.Snapshot(_log.Directory, seal.NextOffset), seal.Snapshot);
                seal.Segment.Seal();
                lock (_gate) _sealing.Dequeue();
            }

            long recoveryPoint = seals[^1].NextOffset;
            byte[] epochs;
            lock (_gate) epochs = _log.Epochs.Write();
            uint checksum = _log.WriteEpochs(epochs);
            _log.Checkpoint.Update(
                current => current with { RecoveryPoint = recoveryPoint, EpochsChecksum = checksum });
        }
        catch (IOException exception) when (LibC.IsDiskFull(exception))
        {
            LogEvents.Deferred(_log.Logger, _log.Directory, exception.Message);
        }
    }

    /// <summary>Takes the flusher's role for whoever has just ended the writer's, when a flush is due.</summary>
    private Turn FlushTurn()
    {
        if (_flusher != Role.Free || _suspended || !FlushDue || _flushedOffset >= _logEndOffset) return Turn.None;
        return PassFlusher();
    }

    private void ArmFlushTimer()
    {
        long delay = _log.Config.FlushMs;
        if (delay == long.MaxValue || _timerArmed) return;
        _timerArmed = true;
        _flushTimer.Change(TimeSpan.FromMilliseconds(Math.Min(delay, LongestTimerMs)), Timeout.InfiniteTimeSpan);
    }

    private void FlushByTime()
    {
        Turn turn;
        lock (_gate)
        {
            _timerArmed = false;
            if (_closed) return;
            _flushRequest = Math.Max(_flushRequest, _logEndOffset);
            turn = FlushTurn();
        }

        Take(turn);
    }

    /// <summary>A full segment whose files are still to be finished.</summary>
    /// <param name="Segment">The segment.</param>
    /// <param name="NextOffset">Where the next segment begins.</param>
    /// <param name="Snapshot">The producers at that offset.</param>
    private readonly record struct PendingSeal(LogSegment Segment, long NextOffset, byte[] Snapshot);
}
