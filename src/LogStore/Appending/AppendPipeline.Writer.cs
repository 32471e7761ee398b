using LogStore.Diagnostics;
using LogStore.IO;
using LogStore.Recovery;
using LogStore.Segments;

namespace LogStore.Appending;

/// <summary>The writer's role: from staged to appended.</summary>
internal sealed partial class AppendPipeline
{
    private readonly WorkItem _writerItem;

    /// <summary>The caller has the role: it writes once, which covers its own batch, and hands on what came meanwhile.</summary>
    private Exception? WriteHere()
    {
        Exception? error = WriteOnce();
        if (KeepWriting()) PassWriter();
        return error;
    }

    /// <summary>The thread pool's turn, unless somebody has taken the role from its queue.</summary>
    private void RunWriter()
    {
        lock (_gate)
        {
            if (_writer != Role.Queued) return;
            _writer = Role.Held;
        }

        do WriteOnce();
        while (KeepWriting());
    }

    private void PassWriter()
    {
        lock (_gate)
        {
            if ((_waitingForWrite.FirstBlocking ?? _waitingForRoom.FirstBlocking) is { } next)
            {
                next.Offer(Turn.Write);
                return;
            }

            _writer = Role.Queued;
        }

        _writerItem.Queue();
    }

    /// <summary>Ends the role unless more is staged.</summary>
    private bool KeepWriting()
    {
        Turn turn = Turn.None;
        OperationQueue ready = default;
        bool more;
        lock (_gate)
        {
            // A rejected write takes the staged batches with it, and leaves room for those that waited behind them.
            if (_filling is null && _fault is null) StageWaiting(ref ready);
            more = _filling is not null && _fault is null;
            if (!more)
            {
                _writer = Role.Free;
                turn = FlushTurn();
                SignalIfIdle();
            }
        }

        CompleteEach(ref ready);
        Take(turn);
        return more;
    }

    /// <summary>Takes the buffer that has been filled, and brings it into the file.</summary>
    private Exception? WriteOnce()
    {
        StagingBuffer? buffer;
        OperationQueue ready = default;
        lock (_gate)
        {
            buffer = _filling;
            _filling = null;
            StageWaiting(ref ready);
        }

        // Before the write: those who only waited for room fill the next buffer while this one is written.
        CompleteEach(ref ready);
        Exception? error = Fault; // Which has dropped the buffer, and the caller's batch with it.
        if (buffer is not null)
        {
            error = TryWrite(buffer);
            buffer.Release();
        }

        OperationQueue written;
        lock (_gate)
        {
            written = _waitingForWrite.DequeueBelow(_logEndOffset);
        }

        written.CompleteAll(null);
        return error;
    }

    private Exception? TryWrite(StagingBuffer buffer)
    {
        try
        {
            Write(buffer);
            LogTelemetry.AppendedRecords.Add(buffer.Records);
            LogTelemetry.AppendedBytes.Add(buffer.Length);
            return null;
        }
        catch (Exception exception) when (LibC.IsDiskFull(exception))
        {
            return Reject(exception, buffer.BatchCount);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            return SetFault(exception);
        }
    }

    private void Write(StagingBuffer buffer)
    {
        _log.Checkpoint.MarkOpen();
        Announce(buffer);
        try
        {
            int first = 0;
            foreach (SegmentRoll roll in buffer.Rolls)
            {
                WriteRun(buffer.Batches(first, roll.FirstBatch), buffer.Bytes);
                Roll(roll);
                first = roll.FirstBatch;
            }

            WriteRun(buffer.Batches(first, buffer.BatchCount), buffer.Bytes);
        }
        finally
        {
            Announce(null);
        }
    }

    /// <param name="batches">Batches that stand back to back.</param>
    /// <param name="buffer">What their positions are counted in.</param>
    private void WriteRun(ReadOnlySpan<StagedBatch> batches, ReadOnlySpan<byte> buffer)
    {
        if (batches.IsEmpty) return;
        int start = batches[0].Position;
        _log.Segments.Last!.Append(buffer[start..(batches[^1].Position + batches[^1].Size)], batches);
        lock (_gate)
        {
            Volatile.Write(ref _logEndOffset, batches[^1].LastOffset + 1);
            ArmFlushTimer();
        }

        _log.Signal.Raise();
    }

    private void Roll(in SegmentRoll roll)
    {
        LogSegment? sealing = _log.Segments.Last;
        // A segment that never got a batch (its first write failed) takes the roll's place.
        if (sealing?.BaseOffset == roll.BaseOffset) return;
        LogSegment segment = LogSegment.Create(
            _log.Options.Storage, _log.Directory, roll.BaseOffset, _log.Config.SegmentLimits);
        LogEvents.Rolled(_log.Logger, _log.Directory, roll.BaseOffset);
        lock (_gate)
        {
            _log.Segments.Add(segment);
            _namesChanged = true;
            if (sealing is null) return;
            _sealing.Enqueue(new PendingSeal(sealing, roll.BaseOffset, roll.Snapshot));
            _flushRequest = Math.Max(_flushRequest, roll.BaseOffset);
        }
    }

    /// <summary>
    /// The device is full: takes everything back that is not readable yet, staged batches behind the failed ones included,
    /// as their offsets would leave a gap. The log goes on at the same offset when there is space again.
    /// </summary>
    private Exception Reject(Exception cause, int lost)
    {
        DiskFullException error = new(_log.Directory, cause);
        OperationQueue rejected;
        OperationQueue rejectedFlushes;
        try
        {
            lock (_gate)
            {
                int batches = lost + (_filling?.BatchCount ?? 0);
                LogEvents.RejectedWrite(_log.Logger, _log.Directory, batches, cause.Message);
                LogTelemetry.RejectedBatches.Add(batches);
                _filling?.Release();
                _filling = null;
                _log.Segments.Last?.CutToSize();
                ReturnTo(_logEndOffset);
                rejected = _waitingForWrite.TakeFrom(_logEndOffset);
                rejectedFlushes = _waitingForFlush.TakeFrom(_logEndOffset);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            return SetFault(exception);
        }

        rejected.CompleteAll(error);
        rejectedFlushes.CompleteAll(error);
        return error;
    }

    /// <summary>Makes the state that runs ahead of the file agree with a file that ends at this offset.</summary>
    private void ReturnTo(long endOffset)
    {
        _nextOffset = endOffset;
        _flushRequest = Math.Min(_flushRequest, endOffset);
        _plan.Reset(_log.Segments.Last, FirstTimestamp(_log.Segments.Last));
        _log.Epochs.TruncateFromEnd(endOffset);
        ProducerReplay.Rebuild(_log, endOffset);
    }

    /// <summary>Ends the log's work: memory and files may disagree. Everybody who waits gets the error.</summary>
    public LogFaultedException SetFault(Exception cause)
    {
        LogFaultedException fault = new(_log.Directory, cause);
        OperationQueue room;
        OperationQueue write;
        OperationQueue flush;
        lock (_gate)
        {
            if (_fault is not null) return _fault;
            LogEvents.Faulted(_log.Logger, _log.Directory, cause);
            Volatile.Write(ref _fault, fault);
            (room, write, flush) = (_waitingForRoom, _waitingForWrite, _waitingForFlush);
            _waitingForRoom = _waitingForWrite = _waitingForFlush = default;
            _filling?.Release();
            _filling = null;
        }

        _log.Signal.Fail(fault);
        room.CompleteAll(fault);
        write.CompleteAll(fault);
        flush.CompleteAll(fault);
        return fault;
    }

    /// <summary>Ends operations that are done with the gate, each with its own outcome.</summary>
    private static void CompleteEach(ref OperationQueue ready)
    {
        while (!ready.IsEmpty)
        {
            AppendOperation operation = ready.Dequeue();
            operation.Complete(operation.Error);
        }
    }
}
