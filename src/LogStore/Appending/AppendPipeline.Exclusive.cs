using LogStore.IO;
using LogStore.Producers;

namespace LogStore.Appending;

/// <summary>Work that must have the log to itself: truncation, deletion of the whole, closing.</summary>
internal sealed partial class AppendPipeline
{
    private readonly SemaphoreSlim _exclusive = new(1, 1);
    private bool _suspended;
    private TaskCompletionSource? _idle;

    private bool IsIdle => !_writing && !_flushing && _filling is null;

    /// <summary>
    /// Lets what is under way come to its end, keeps later appends waiting, and runs <paramref name="action"/> alone.
    /// </summary>
    public async ValueTask RunExclusiveAsync(Action action, CancellationToken cancellationToken)
    {
        await _exclusive.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SuspendAsync().ConfigureAwait(false);
            try
            {
                lock (_gate) ThrowIfUnusable();
                action();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw SetFault(exception);
            }
            finally
            {
                Resume();
            }
        }
        finally
        {
            _exclusive.Release();
        }
    }

    /// <summary>Seals the active segment, if anything is in it, and goes on in a new one.</summary>
    public ValueTask RollAsync(CancellationToken cancellationToken) => RunExclusiveAsync(
        () =>
        {
            if (_log.Segments.Last is not { Size: > 0 }) return;
            try
            {
                _log.Checkpoint.MarkOpen();
                Roll(new SegmentRoll(0, _logEndOffset, ProducerSnapshot.Write(_log.Producers)));
            }
            catch (IOException exception) when (LibC.IsDiskFull(exception))
            {
                throw new DiskFullException(_log.Directory, exception); // Nothing has changed.
            }

            _plan.Reset(_log.Segments.Last, firstTimestamp: -1);
            Flush();
        },
        cancellationToken);

    /// <summary>Makes everything durable that is appended, on the caller's thread.</summary>
    /// <remarks>Only inside <see cref="RunExclusiveAsync"/>.</remarks>
    public void FlushAlone() => Flush();

    /// <summary>Makes the state in memory agree with files that were cut to end at <paramref name="endOffset"/>.</summary>
    /// <remarks>Only inside <see cref="RunExclusiveAsync"/>; the files are durable.</remarks>
    public void AdoptEnd(long endOffset)
    {
        OperationQueue cut;
        OperationQueue flushed;
        lock (_gate)
        {
            cut = _waitingForFlush.TakeFrom(endOffset);
            (flushed, _waitingForFlush) = (_waitingForFlush, default);
            PendingSeal[] kept = [.. _sealing.Where(seal => seal.NextOffset <= endOffset)];
            _sealing.Clear();
            foreach (PendingSeal seal in kept) _sealing.Enqueue(seal);
            Volatile.Write(ref _logEndOffset, endOffset);
            Volatile.Write(ref _flushedOffset, endOffset);
            ReturnTo(endOffset);
        }

        cut.CompleteAll(new LogTruncatedException(_log.Directory, endOffset));
        flushed.CompleteAll(null);
    }

    /// <summary>Ends the log's life: completes what is under way, and hands the quiet log to the caller, once.</summary>
    /// <param name="settle">Leaves the files as a clean close wants them; not called for a faulted log.</param>
    public async ValueTask CloseAsync(Action settle)
    {
        await _exclusive.WaitAsync().ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                if (_closed) return;
            }

            await SuspendAsync().ConfigureAwait(false);
            OperationQueue late;
            OperationQueue unflushed;
            lock (_gate)
            {
                _closed = true;
                (late, _waitingForRoom) = (_waitingForRoom, default);
                (unflushed, _waitingForFlush) = (_waitingForFlush, default);
            }

            late.CompleteAll(new ObjectDisposedException(nameof(Log)));
            if (_flushTimer is not null) await _flushTimer.DisposeAsync().ConfigureAwait(false);
            Exception? error = Fault is null ? TrySettle(settle) : Fault;
            unflushed.CompleteAll(error);
            if (error is not null && Fault is null) SetFault(error);
        }
        finally
        {
            _exclusive.Release();
        }
    }

    private static Exception? TrySettle(Action settle)
    {
        try
        {
            settle();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            return exception;
        }
    }

    private Task SuspendAsync()
    {
        lock (_gate)
        {
            _suspended = true;
            if (IsIdle) return Task.CompletedTask;
            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private void SignalIfIdle()
    {
        if (_idle is null || !IsIdle) return;
        _idle.SetResult();
        _idle = null;
    }

    private void Resume()
    {
        OperationQueue ready = default;
        Turn turn = Turn.None;
        lock (_gate)
        {
            _suspended = false;
            StageWaiting(ref ready);
            if (_filling is not null && !_writing)
            {
                _writing = true;
                turn = Turn.QueueWriter;
            }
            else
            {
                turn = FlushTurn();
            }
        }

        CompleteEach(ref ready);
        Take(turn);
    }
}
