namespace LogStore.Broker.Fetching;

/// <summary>One fetch's wait for data: ended by an append, a timer or a token, and used again for the next wait.</summary>
internal sealed class FetchWait : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private TaskCompletionSource? _waiter;
    private bool _awake;

    public FetchWait(TimeProvider clock) => _clock = clock;

    /// <summary>Forgets earlier wake-ups. To be called before looking whether there is a reason to wait.</summary>
    public void Reset()
    {
        lock (_gate) _awake = false;
    }

    /// <summary>Completes at the first wake-up since <see cref="Reset"/>, or when the time is up or a token ends.</summary>
    public async Task WaitAsync(TimeSpan time, CancellationToken aborted, CancellationToken stopping)
    {
        Task task;
        lock (_gate)
        {
            if (_awake || aborted.IsCancellationRequested || stopping.IsCancellationRequested) return;
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            task = _waiter.Task;
            _timer ??= _clock.CreateTimer(
                static state => ((FetchWait)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(time, Timeout.InfiniteTimeSpan);
        }

        using (aborted.UnsafeRegister(WakeUp, this))
        using (stopping.UnsafeRegister(WakeUp, this))
            await task.ConfigureAwait(false);
        lock (_gate) _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Wake()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _awake = true;
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private static void WakeUp(object? wait) => ((FetchWait)wait!).Wake();
}
