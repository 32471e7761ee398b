using System.Threading.Tasks.Sources;
using LogStore.Records;

namespace LogStore.Appending;

/// <summary>
/// One caller waiting for its append: first for room, then for the level it asked for. Pooled, so that waiting costs no
/// allocation; it goes back when both the caller and the append path have let go of it.
/// </summary>
/// <remarks>
/// The fields of the append path are guarded by its gate. A caller's continuation runs on the thread pool, never on the
/// writer: user code must not hold up the log.
/// </remarks>
internal sealed class AppendOperation(Lock gate, AppendOperationPool pool) : IValueTaskSource<AppendResult>, IThreadPoolWorkItem
{
    private const int Holders = 2; // the caller and the append path

    private readonly object _ended = new(); // For Monitor: nothing else waits without allocating.
    private ManualResetValueTaskSourceCore<AppendResult> _source;
    private CancellationTokenRegistration _cancellation;
    private bool _hasEnded;
    private int _completed;
    private int _holders;

    /// <summary>The next operation in the queue that this one stands in.</summary>
    public AppendOperation? Next { get; set; }

    /// <summary>The batch, while it waits for room; the caller's memory.</summary>
    public RecordBatch Batch { get; set; }

    public AckWhen Ack { get; set; }

    public AppendResult Result { get; set; }

    /// <summary>Why the append was refused; null otherwise.</summary>
    public Exception? Error { get; set; }

    /// <summary>The caller blocks a thread: waking it runs no user code, so it is woken where the work was done.</summary>
    public bool IsBlocking { get; private set; }

    /// <summary>Cancelled while waiting for room: nothing was appended, and the caller's memory is the caller's again.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Whether it is waiting for room.</summary>
    public bool IsWaitingForRoom { get; set; }

    public void Begin(bool blocking)
    {
        _source.Reset();
        _source.RunContinuationsAsynchronously = false; // The pool runs Execute, which is asynchronous enough.
        Error = null;
        _completed = 0;
        _hasEnded = false;
        _holders = Holders;
        IsBlocking = blocking;
        IsAbandoned = false;
        IsWaitingForRoom = false;
        Next = null;
    }

    /// <summary>The caller's view of the operation; to be called once, outside the gate.</summary>
    public ValueTask<AppendResult> Task(CancellationToken cancellationToken)
    {
        ValueTask<AppendResult> task = new(this, _source.Version);
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (state, token) => ((AppendOperation)state!).Cancel(token), this);
        }

        return task;
    }

    /// <summary>Blocks the caller until the operation has ended; to be called once, outside the gate.</summary>
    public AppendResult Wait()
    {
        lock (_ended)
        {
            while (!_hasEnded) Monitor.Wait(_ended);
        }

        Exception? error = Error;
        AppendResult result = Result;
        Release();
        return error is null ? result : throw error;
    }

    /// <summary>Ends the operation; the append path holds no reference to it afterwards.</summary>
    public void Complete(Exception? error)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            Release(); // Cancelled before: the caller has gone, the append has happened all the same.
            return;
        }

        Error = error;
        if (IsBlocking) Wake();
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        if (Error is null) _source.SetResult(Result);
        else _source.SetException(Error);
        Release();
    }

    public AppendResult GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _cancellation.Dispose();
            _cancellation = default;
            Release();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Wake()
    {
        lock (_ended)
        {
            _hasEnded = true;
            Monitor.Pulse(_ended);
        }

        Release();
    }

    private void Cancel(CancellationToken token)
    {
        lock (gate)
        {
            if (IsWaitingForRoom) IsAbandoned = true;
        }

        if (Interlocked.Exchange(ref _completed, 1) != 0) return;
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => state.Operation._source.SetException(new OperationCanceledException(state.Token)),
            (Operation: this, Token: token), preferLocal: false);
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0) return;
        Batch = default;
        Error = null;
        pool.Return(this);
    }
}
