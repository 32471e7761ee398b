using System.Diagnostics;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// One thread that hands the completions of one queue to a handler. It spins for a bounded time, if completions have come within
/// it lately, then arms the channel, polls once more, and sleeps until the channel or <see cref="Stop"/> wakes it.
/// </summary>
/// <remarks>Thread-safe. The queue must have a channel, which no one else may read.</remarks>
public sealed class Poller : IDisposable
{
    private static readonly long AloneTicks = Stopwatch.Frequency / 50_000; // 20 µs.

    private readonly CompletionQueue _queue;
    private readonly CompletionChannel _channel;
    private readonly ICompletionHandler _handler;
    private readonly PollerOptions _options;
    private readonly WorkCompletion[] _batch;
    private readonly WakeUp _wakeUp;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private volatile Exception? _fault;
    private SpinBudget _budget;
    private long _completions, _batches, _emptyPolls, _armings, _sleeps, _events;

    /// <summary>Starts the thread.</summary>
    /// <param name="queue">The queue: it must have been made with a channel.</param>
    /// <param name="handler">Takes the completions.</param>
    /// <param name="options">How to wait; null for the defaults.</param>
    public Poller(CompletionQueue queue, ICompletionHandler handler, PollerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(handler);
        _queue = queue;
        _channel = queue.Channel ?? throw new ArgumentException("A poller needs a completion queue with a channel.");
        _handler = handler;
        _options = options ?? new PollerOptions();
        _batch = new WorkCompletion[_options.BatchSize];
        _budget = new SpinBudget((long)(_options.SpinTime.TotalSeconds * Stopwatch.Frequency));
        _wakeUp = new WakeUp(_channel);
        _thread = new Thread(Run) { IsBackground = true, Name = _options.ThreadName };
        _thread.Start();
    }

    /// <summary>What ended the thread: an exception of the handler or of a verb; null while all is well.</summary>
    public Exception? Fault => _fault;

    /// <summary>What it has done so far. Each number is exact; together they are of about the same time.</summary>
    public PollerCounters Counters => new(
        Volatile.Read(ref _completions), Volatile.Read(ref _batches), Volatile.Read(ref _emptyPolls),
        Volatile.Read(ref _armings), Volatile.Read(ref _sleeps), Volatile.Read(ref _events));

    /// <summary>Asks the thread to end and waits for it. What completes afterwards stays in the queue.</summary>
    /// <returns>False if it did not end in time, because the handler does not return.</returns>
    public bool Stop(TimeSpan timeout)
    {
        _stopping = true;
        if (!_wakeUp.IsClosed) _wakeUp.Signal();
        return _thread == Thread.CurrentThread || _thread.Join(timeout);
    }

    /// <summary>Stops the thread, and waits for it for at most ten seconds.</summary>
    public void Dispose()
    {
        // A thread that did not end still needs the descriptor; it is then left to the finalizer.
        if (Stop(TimeSpan.FromSeconds(10)) && !_thread.IsAlive) _wakeUp.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                int taken = Poll();
                if (taken == 0)
                {
                    _handler.OnDrained();
                    taken = WaitForSome();
                }

                if (taken == 0) continue;
                _completions += taken;
                _batches++;
                _handler.OnCompletions(_batch.AsSpan(0, taken));
            }
        }
#pragma warning disable CA1031 // Whatever ends the thread is kept for whoever asks: nobody is there to catch it.
        catch (Exception fault)
        {
            _fault = fault;
        }
#pragma warning restore CA1031
    }

    private int Poll()
    {
        int taken = _queue.Poll(_batch);
        if (taken == 0) _emptyPolls++;
        return taken;
    }

    /// <summary>Waits for completions, and learns from how long that was. 0 when the thread is to end.</summary>
    private int WaitForSome()
    {
        long started = Stopwatch.GetTimestamp();
        int taken = Spin(started);
        while (taken == 0 && !_stopping) taken = Sleep();
        _budget.Add(Stopwatch.GetTimestamp() - started);
        return taken;
    }

    private int Spin(long started)
    {
        long budget = _budget.Ticks;
        while (!_stopping)
        {
            int taken = Poll();
            if (taken > 0) return taken;
            long elapsed = Stopwatch.GetTimestamp() - started;
            if (elapsed >= budget) break;
            // At first a system call would itself delay what comes. Later whoever else wants the core goes first: on few
            // cores that may be who we wait for, or the kernel's own work for the device.
            if (elapsed < AloneTicks) Thread.SpinWait(8);
            else Thread.Yield();
        }

        return 0;
    }

    private int Sleep()
    {
        _armings++;
        _queue.RequestNotification();
        // What completed between the last poll and the arming raises no event.
        int taken = Poll();
        if (taken > 0) return taken;
        _sleeps++;
        _wakeUp.Wait();
        while (!_stopping && _channel.TryTakeEvent()) _events++;
        return Poll();
    }
}
