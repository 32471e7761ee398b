namespace LogStore.Broker.Groups.Coordination;

/// <summary>
/// The deadlines of all groups, behind one timer that is set for the first of them. A deadline that moves on is not
/// looked for: its holder is called at the old time, finds nothing to do, and asks again, which costs far less than a
/// change with each heartbeat.
/// </summary>
/// <remarks>Thread-safe. It calls nobody while it holds its lock.</remarks>
internal sealed class DeadlineQueue : IDisposable
{
    /// <summary>The longest that a timer waits for: what <see cref="ITimer"/> accepts is little more.</summary>
    private const long MaxWaitMs = uint.MaxValue / 2;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<IDeadlineHolder, long> _queue = new();
    private readonly GroupClock _clock;
    private readonly ITimer _timer;
    private long _setForMs = Instant.Never;
    private bool _disposed;

    public DeadlineQueue(TimeProvider time, GroupClock clock)
    {
        _clock = clock;
        _timer = time.CreateTimer(_ => Run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many calls are waited for.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _queue.Count;
        }
    }

    /// <summary>Has <paramref name="holder"/> called at this time of the monotonic clock.</summary>
    public void Add(IDeadlineHolder holder, long deadlineMs)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _queue.Enqueue(holder, deadlineMs);
            SetTimer();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _queue.Clear();
        }

        _timer.Dispose();
    }

    private void Run()
    {
        List<(IDeadlineHolder Holder, long DeadlineMs)> due = [];
        lock (_gate)
        {
            if (_disposed) return;
            _setForMs = Instant.Never;
            Instant now = _clock.Now;
            while (_queue.TryPeek(out IDeadlineHolder? holder, out long deadlineMs) && now.HasReached(deadlineMs))
            {
                _queue.Dequeue();
                due.Add((holder, deadlineMs));
            }

            SetTimer();
        }

        foreach ((IDeadlineHolder holder, long deadlineMs) in due) holder.OnDeadline(deadlineMs);
    }

    private void SetTimer()
    {
        if (!_queue.TryPeek(out _, out long firstMs) || firstMs >= _setForMs) return;
        _setForMs = firstMs;
        long waitMs = Math.Clamp(firstMs - _clock.Now.MonotonicMs, 0, MaxWaitMs);
        _timer.Change(TimeSpan.FromMilliseconds(waitMs), Timeout.InfiniteTimeSpan);
    }
}
