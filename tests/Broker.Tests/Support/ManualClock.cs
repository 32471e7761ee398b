namespace LogStore.Broker.Tests.Support;

/// <summary>
/// Both clocks, moved by the test. Timers that come due run on the caller of <see cref="Advance"/>, in order.
/// </summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan DueIn, TaskCompletionSource Seen)> _awaited = [];
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public long UnixMs => GetUtcNow().ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, () => callback(state));
        lock (_gate) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes once a timer is to ring after exactly this time.</summary>
    public Task WaitForTimerAsync(TimeSpan dueIn)
    {
        lock (_gate)
        {
            if (_timers.Exists(timer => timer.Due == _now + dueIn)) return Task.CompletedTask;
            TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((dueIn, seen));
            return seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public void Advance(TimeSpan by)
    {
        DateTimeOffset end = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                if (next is null)
                {
                    _now = end;
                    return;
                }

                if (next.Due > _now) _now = next.Due.Value;
                next.Take();
            }

            next.Run();
        }
    }

    private sealed class ManualTimer(ManualClock clock, Action run) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? Due { get; private set; }

        public Action Run => run;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                _period = period;
                foreach ((TimeSpan dueIn, TaskCompletionSource seen) in clock._awaited)
                {
                    if (dueTime == dueIn) seen.TrySetResult();
                }
            }

            return true;
        }

        public void Take() => Due = _period == Timeout.InfiniteTimeSpan ? null : Due + _period;

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
