using System.Runtime.ExceptionServices;
using LogStore.Diagnostics;
using LogStore.Epochs;
using LogStore.Producers;
using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Appending;

/// <summary>
/// The append path of one log. A batch goes through three stages, each behind a watermark that only rises:
/// <code>
///   staged (has its offset, copied)  ──writer──►  appended (in the file)  ──flusher──►  flushed (durable)
///   _nextOffset                                   LogEndOffset                          FlushedOffset
/// </code>
/// Writer and flusher are roles, not threads: whoever has something to move takes the role if it is free, moves all there
/// is, and passes it on, to a caller that blocks or else to the thread pool. So a lone caller does its own write with no
/// hand-over, and while one write or flush is under way the appends of everybody else gather for the next one: that is the
/// group commit.
/// </summary>
/// <remarks>
/// Thread-safe. <c>_gate</c> guards all mutable fields; it is never held during file I/O or while user code runs, except
/// when a failed write is rolled back.
/// </remarks>
internal sealed partial class AppendPipeline : IDisposable
{
    private const int AnyEpoch = -1;

    private readonly Lock _gate = new();
    private readonly LogState _log;
    private readonly AppendOperationPool _operations;
    private readonly SegmentPlan _plan;
    private readonly ITimer _flushTimer;
    private readonly Action<Turn> _takeTurn;

    private StagingBuffer? _filling;
    private OperationQueue _waitingForRoom;
    private OperationQueue _waitingForWrite;
    private OperationQueue _waitingForFlush;
    private long _nextOffset;
    private long _logEndOffset;
    private long _flushedOffset;
    private long _flushRequest;
    private Role _writer;
    private Role _flusher;
    private bool _closed;
    private LogFaultedException? _fault;
    private int _leaderEpoch;

    public AppendPipeline(LogState log)
    {
        _log = log;
        _operations = new AppendOperationPool(_gate);
        _plan = new SegmentPlan(log);
        _nextOffset = _logEndOffset = _flushedOffset = _flushRequest = log.RecoveredEndOffset;
        _leaderEpoch = Math.Max(log.Epochs.Latest, 0);
        _plan.Reset(log.Segments.Last, FirstTimestamp(log.Segments.Last));
        _takeTurn = turn => Take(turn);
        _writerItem = new WorkItem(RunWriter);
        _flusherItem = new WorkItem(RunFlusher);
        _flushTimer = log.Options.TimeProvider.CreateTimer(
            _ => FlushByTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The end of what is in the file and readable (exclusive).</summary>
    public long LogEndOffset => Volatile.Read(ref _logEndOffset);

    /// <summary>The end of what is durable (exclusive).</summary>
    public long FlushedOffset => Volatile.Read(ref _flushedOffset);

    /// <summary>Why the log no longer works; null while it does.</summary>
    public LogFaultedException? Fault => Volatile.Read(ref _fault);

    /// <summary>The epoch that new batches are stamped with.</summary>
    public int LeaderEpoch => Volatile.Read(ref _leaderEpoch);

    /// <summary>Stages a batch and brings it to the level asked for.</summary>
    /// <param name="batch">Checked by the caller; copied before it is given an offset.</param>
    /// <param name="ack">The level to wait for.</param>
    /// <param name="cancellationToken">Ends the wait, not the append.</param>
    /// <param name="leaderEpoch">The epoch that must be in force when the batch is staged; <see cref="AnyEpoch"/> for any.</param>
    public ValueTask<AppendResult> AppendAsync(
        in RecordBatch batch, AckWhen ack, CancellationToken cancellationToken, int leaderEpoch = AnyEpoch)
    {
        AppendOperation? operation;
        AppendResult result;
        Turn turn;
        try
        {
            lock (_gate) operation = Admit(batch, ack, leaderEpoch, blocking: false, out result, out turn);
        }
        catch (LogStoreException exception)
        {
            return ValueTask.FromException<AppendResult>(exception);
        }

        Exception? error = Take(turn);
        if (operation is not null) return operation.Task(cancellationToken);
        return error is null ? ValueTask.FromResult(result) : ValueTask.FromException<AppendResult>(error);
    }

    /// <summary>As <see cref="AppendAsync"/>, blocking the caller, who does what there is to do instead of waiting.</summary>
    public AppendResult Append(in RecordBatch batch, AckWhen ack)
    {
        AppendOperation? operation;
        AppendResult result;
        Turn turn;
        lock (_gate) operation = Admit(batch, ack, AnyEpoch, blocking: true, out result, out turn);
        Exception? error = Take(turn);
        if (operation is not null) return operation.Wait(_takeTurn);
        if (error is not null) ExceptionDispatchInfo.Throw(error);
        return result;
    }

    /// <summary>Completes when everything staged before the call is durable.</summary>
    public ValueTask<AppendResult> FlushAsync(CancellationToken cancellationToken)
    {
        AppendOperation? operation;
        Turn turn = Turn.None;
        lock (_gate)
        {
            ThrowIfUnusable();
            operation = Enlist(
                new AppendResult(_nextOffset, _nextOffset - 1, IsDuplicate: false), AckWhen.Flushed, blocking: false, ref turn);
        }

        Take(turn);
        return operation?.Task(cancellationToken) ?? ValueTask.FromResult(default(AppendResult));
    }

    /// <summary>New batches carry this epoch from here on; it must not be older than the latest.</summary>
    public void BeginLeaderEpoch(int epoch)
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            ArgumentOutOfRangeException.ThrowIfLessThan(epoch, _leaderEpoch);
            _leaderEpoch = epoch;
        }
    }

    /// <summary>Reads the epoch history under the gate.</summary>
    public T WithEpochs<T>(Func<LeaderEpochHistory, T> read)
    {
        lock (_gate) return read(_log.Epochs);
    }

    /// <summary>Reads the producers' state under the gate.</summary>
    public T WithProducers<T>(Func<ProducerStateManager, T> read)
    {
        lock (_gate) return read(_log.Producers);
    }

    /// <summary>Forgets producers that have not written since <paramref name="timestamp"/> (milliseconds).</summary>
    public int ExpireProducers(long timestamp)
    {
        lock (_gate) return _log.Producers.ExpireBefore(timestamp);
    }

    public void Dispose()
    {
        _flushTimer.Dispose();
        _exclusive.Dispose();
    }

    /// <summary>Stages a batch, or puts its caller in the line for room. Null: the caller need not wait.</summary>
    private AppendOperation? Admit(
        in RecordBatch batch, AckWhen ack, int leaderEpoch, bool blocking, out AppendResult result, out Turn turn)
    {
        ThrowIfUnusable();
        turn = Turn.None;
        if (CanStage(batch.SizeInBytes))
        {
            result = Stage(batch, leaderEpoch, ref ack);
            return Enlist(result, ack, blocking, ref turn);
        }

        result = default;
        if (blocking && _writer == Role.Queued)
        {
            _writer = Role.Held;
            turn = Turn.Write;
        }

        return AwaitRoom(batch, ack, leaderEpoch, blocking);
    }

    private bool CanStage(int size) => !_suspended && _waitingForRoom.IsEmpty && HasRoom(size);

    private bool HasRoom(int size) => _filling is null || _filling.Room >= size;

    /// <summary>Gives a batch its offset and copies it into the buffer that the writer will take next.</summary>
    private AppendResult Stage(in RecordBatch batch, int leaderEpoch, ref AckWhen ack)
    {
        if (leaderEpoch != AnyEpoch && leaderEpoch != _leaderEpoch)
            throw new FencedLeaderEpochException(leaderEpoch, _leaderEpoch);
        RecordBatchHeader header = batch.Header;
        SequenceCheck check = _log.Producers.Check(header, out ProducedBatch known);
        if (check == SequenceCheck.Duplicate)
        {
            LogTelemetry.DuplicateBatches.Add(1);
            return new AppendResult(known.BaseOffset, known.LastOffset, IsDuplicate: true);
        }

        if (check != SequenceCheck.Next) throw _log.Producers.Refusal(check, header);
        long baseOffset = _nextOffset;
        long lastOffset = baseOffset + header.LastOffsetDelta;
        long timestamp = _log.Config.MessageTimestampType == TimestampType.LogAppendTime ? _log.Now : header.MaxTimestamp;
        _filling ??= _log.Options.Staging.Pool.Rent(_log.Options.StagingBytes, header.SizeInBytes);
        if (_plan.MustRoll(header.SizeInBytes, lastOffset, timestamp))
        {
            _filling.AddRoll(baseOffset, ProducerSnapshot.Write(_log.Producers));
            _plan.Roll(baseOffset);
        }

        Span<byte> copy = _filling.Add(batch.Bytes.Span);
        RecordBatchHeader.Stamp(copy, baseOffset, _leaderEpoch);
        if (_log.Config.MessageTimestampType == TimestampType.LogAppendTime)
            RecordBatchHeader.StampAppendTime(copy, timestamp);
        _filling.Commit(header.SizeInBytes, baseOffset, lastOffset, timestamp, header.RecordCount);
        _plan.Add(header.SizeInBytes, timestamp);
        _log.Producers.Record(header, baseOffset, timestamp);
        _log.Epochs.Record(_leaderEpoch, baseOffset);
        _nextOffset = lastOffset + 1;
        ApplyFlushPolicy(ref ack);
        return new AppendResult(baseOffset, lastOffset, IsDuplicate: false)
        {
            AppendTime = _log.Config.MessageTimestampType == TimestampType.LogAppendTime ? timestamp : -1,
        };
    }

    /// <summary>As in Kafka, the append that reaches <c>flush.messages</c> is the one that waits for the flush.</summary>
    private void ApplyFlushPolicy(ref AckWhen ack)
    {
        if (_nextOffset - Math.Max(_flushRequest, _flushedOffset) < _log.Config.FlushMessages) return;
        _flushRequest = _nextOffset;
        if (ack == AckWhen.Appended) ack = AckWhen.Flushed;
    }

    /// <summary>Decides what the caller has to do, and waits for, after its batch was staged.</summary>
    private AppendOperation? Enlist(in AppendResult result, AckWhen ack, bool blocking, ref Turn turn)
    {
        if (ack == AckWhen.Flushed)
        {
            if (result.LastOffset < _flushedOffset) return null;
            _flushRequest = Math.Max(_flushRequest, result.NextOffset);
            if (!_suspended && (_flusher == Role.Free || (blocking && _flusher == Role.Queued)))
            {
                _flusher = blocking ? Role.Held : Role.Queued;
                turn = blocking ? Turn.Flush : Turn.QueueFlusher;
            }

            return Wait(ref _waitingForFlush, result, blocking);
        }

        if (result.LastOffset < _logEndOffset) return null;
        // Who does not wait wants to go on building its next batch; who waits has nothing better to do than write.
        if (ack == AckWhen.None)
        {
            if (_writer != Role.Free) return null;
            _writer = Role.Queued;
            turn = Turn.QueueWriter;
            return null;
        }

        if (_writer == Role.Held) return Wait(ref _waitingForWrite, result, blocking);
        _writer = Role.Held;
        turn = Turn.Write;
        return null;
    }

    private AppendOperation Wait(ref OperationQueue queue, in AppendResult result, bool blocking)
    {
        AppendOperation operation = _operations.Rent(blocking);
        operation.Result = result;
        queue.Enqueue(operation);
        return operation;
    }

    private AppendOperation AwaitRoom(in RecordBatch batch, AckWhen ack, int leaderEpoch, bool blocking)
    {
        AppendOperation operation = _operations.Rent(blocking);
        operation.Batch = batch;
        operation.Ack = ack;
        operation.LeaderEpoch = leaderEpoch;
        operation.IsWaitingForRoom = true;
        _waitingForRoom.Enqueue(operation);
        return operation;
    }

    /// <summary>Stages the appends that waited for room, oldest first, while there is room.</summary>
    private void StageWaiting(ref OperationQueue refused)
    {
        while (!_suspended && !_waitingForRoom.IsEmpty && HasRoom(_waitingForRoom.Head!.Batch.SizeInBytes))
        {
            AppendOperation operation = _waitingForRoom.Dequeue();
            operation.IsWaitingForRoom = false;
            if (operation.IsAbandoned)
            {
                refused.Enqueue(operation);
                continue;
            }

            AckWhen ack = operation.Ack;
            try
            {
                operation.Result = Stage(operation.Batch, operation.LeaderEpoch, ref ack);
                operation.Error = null;
            }
            catch (LogStoreException exception)
            {
                operation.Error = exception;
            }

            if (operation.Error is not null || ack == AckWhen.None) refused.Enqueue(operation);
            else if (ack == AckWhen.Flushed) AwaitFlush(operation);
            else _waitingForWrite.Enqueue(operation);
        }
    }

    private void AwaitFlush(AppendOperation operation)
    {
        _flushRequest = Math.Max(_flushRequest, operation.Result.NextOffset);
        _waitingForFlush.Enqueue(operation);
    }

    private Exception? Take(Turn turn)
    {
        switch (turn)
        {
            case Turn.Write: return WriteHere();
            case Turn.QueueWriter: _writerItem.Queue(); break;
            case Turn.Flush: FlushHere(); break;
            case Turn.QueueFlusher: _flusherItem.Queue(); break;
        }

        return null;
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(Log));
        if (_fault is not null) throw new LogFaultedException(_log.Directory, _fault.InnerException!);
    }

    private static long FirstTimestamp(LogSegment? segment)
    {
        if (segment is null || segment.Size == 0) return -1;
        using BatchScanner scanner = new(segment.File(), 0, chunk: 4096);
        return scanner.MoveNextHeader(segment.Size) ? scanner.Header.MaxTimestamp : -1;
    }

    /// <summary>A role's place on the thread pool's global queue, made once.</summary>
    private sealed class WorkItem(Action run) : IThreadPoolWorkItem
    {
        public void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

        public void Execute() => run();
    }
}
