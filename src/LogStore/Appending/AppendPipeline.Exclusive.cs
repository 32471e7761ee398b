using LogStore.IO;
using LogStore.Producers;

namespace LogStore.Appending;

/// <summary>Work that must have the log to itself: truncation, deletion of the whole, closing.</summary>
internal sealed partial class AppendPipeline
{
    private readonly SemaphoreSlim _exclusive = new(1, 1);
    private bool _suspended;
    private TaskCompletionSource? _idle;

    private bool IsIdle => _writer == Role.Free && _flusher == Role.Free && _filling is null;

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

    /// <inheritdoc cref="Log.SettleAsync"/>
    public ValueTask SettleAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            // What waits for room has no place yet: it is given one in the epoch that it was made for, or refused.
            if (_logEndOffset == _nextOffset) return ValueTask.CompletedTask;
        }

        return RunExclusiveAsync(static () => { }, cancellationToken);
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
                throw new DiskFullException(_log.Directory, exception);
            }

            _plan.Reset(_log.Segments.Last, firstTimestamp: -1);
            FlushAlone();
        },
        cancellationToken);

    /// <summary>Makes everything durable that was appended.</summary>
    /// <remarks>Only inside <see cref="RunExclusiveAsync"/>.</remarks>
    /// <exception cref="LogFaultedException">The flush failed: the log must be opened again.</exception>
    public void FlushAlone()
    {
        try
        {
            Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            throw SetFault(exception);
        }
    }

    /// <summary>Makes the state in memory agree with files that were cut to end at <paramref name="endOffset"/>.</summary>
    /// <remarks>
    /// Only inside <see cref="RunExclusiveAsync"/>; the files are durable, and nobody waits for a flush any more.
    /// </remarks>
    public void AdoptEnd(long endOffset)
    {
        lock (_gate)
        {
            PendingSeal[] remaining = [.. _sealing.Where(seal => seal.NextOffset <= endOffset)];
            _sealing.Clear();
            foreach (PendingSeal seal in remaining) _sealing.Enqueue(seal);
            Volatile.Write(ref _logEndOffset, endOffset);
            Volatile.Write(ref _flushedOffset, endOffset);
            ReturnTo(endOffset);
        }
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
            lock (_gate)
            {
                _closed = true;
                (late, _waitingForRoom) = (_waitingForRoom, default);
            }

            late.CompleteAll(new ObjectDisposedException(nameof(Log)));
            await _flushTimer.DisposeAsync().ConfigureAwait(false);
            if (Fault is null) TrySettle(settle);
        }
        finally
        {
            _exclusive.Release();
        }
    }

    private void TrySettle(Action settle)
    {
        try
        {
            Flush();
            settle();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            SetFault(exception);
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
            if (_filling is not null && _writer == Role.Free)
            {
                _writer = Role.Queued;
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
