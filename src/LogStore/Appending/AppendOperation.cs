using System.Runtime.ExceptionServices;
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

    private ManualResetValueTaskSourceCore<AppendResult> _source;
    private CancellationTokenRegistration _cancellation;
    private ManualResetEventSlim? _wake;
    private Turn _offered;
    private bool _ended;
    private int _completed;
    private int _holders;

    /// <summary>The next operation in the queue that this one stands in.</summary>
    public AppendOperation? Next { get; set; }

    /// <summary>The batch, while it waits for room; the caller's memory.</summary>
    public RecordBatch Batch { get; set; }

    public AckWhen Ack { get; set; }

    /// <summary>The leader epoch that it was made for, while it waits for room.</summary>
    public int LeaderEpoch { get; set; }

    public AppendResult Result { get; set; }

    /// <summary>Why the append was refused; null otherwise.</summary>
    public Exception? Error { get; set; }

    /// <summary>The caller blocks a thread, which can take over a role instead of sleeping.</summary>
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
        _ended = false;
        _offered = Turn.None;
        if (blocking) _wake ??= new ManualResetEventSlim();
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

    /// <summary>
    /// Blocks the caller until the operation has ended; in between it does the work that it is handed, so that callers who
    /// block never wait for a thread of the pool.
    /// </summary>
    public AppendResult Wait(Action<Turn> work)
    {
        while (true)
        {
            // In this order: an offer is made while the operation stands in a queue, which is before its end.
            bool ended = Volatile.Read(ref _ended);
            Turn offered = Interlocked.Exchange(ref _offered, Turn.None);
            if (offered != Turn.None) work(offered);
            else if (ended) break;
            else Sleep();
        }

        Exception? error = Error;
        AppendResult result = Result;
        Release();
        if (error is not null) ExceptionDispatchInfo.Throw(error);
        return result;
    }

    /// <summary>Hands a role to the blocked caller. Under the gate, while the operation stands in a queue.</summary>
    public void Offer(Turn turn)
    {
        Interlocked.Exchange(ref _offered, turn);
        _wake!.Set();
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
        if (!IsBlocking)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        Volatile.Write(ref _ended, true);
        _wake!.Set();
        Release();
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

    private void Sleep()
    {
        _wake!.Wait();
        _wake.Reset(); // What was set before this is seen by the next look.
    }

    private void Cancel(CancellationToken token)
    {
        lock (gate)
        {
            // Both under the gate: whoever finds the operation abandoned must find it completed too.
            if (Interlocked.Exchange(ref _completed, 1) != 0) return;
            IsAbandoned = IsWaitingForRoom;
            if (IsAbandoned) Batch = default;
        }

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
