namespace LogStore.Reading;

/// <summary>Wakes the readers that wait at the end of a log. Costs the writer one look when nobody waits.</summary>
/// <remarks>Thread-safe. A reader takes the task first and looks for new data second, so no wake-up is lost.</remarks>
internal sealed class AppendSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiters;
    private Exception? _failure;
    private Action? _listeners;

    /// <summary>Whether anybody is called at all.</summary>
    public bool HasListeners => Volatile.Read(ref _listeners) is not null;

    /// <summary>Has <paramref name="listener"/> called after each append, on the thread that wrote.</summary>
    public void AddListener(Action listener)
    {
        lock (_gate) _listeners += listener;
    }

    /// <summary>Ends <see cref="AddListener"/>; a call that is under way may still come.</summary>
    public void RemoveListener(Action listener)
    {
        lock (_gate) _listeners -= listener;
    }

    /// <summary>Completes at the next <see cref="Raise"/> after this call, or fails with the log.</summary>
    public Task WaitAsync()
    {
        TaskCompletionSource? waiters = Volatile.Read(ref _waiters);
        if (waiters is null)
        {
            TaskCompletionSource created = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiters = Interlocked.CompareExchange(ref _waiters, created, null) ?? created;
        }

        Exception? failure = Volatile.Read(ref _failure);
        return failure is null ? waiters.Task : Task.FromException(failure);
    }

    public void Raise()
    {
        // The full fence orders the publication of data before this look, against WaitAsync's exchange before its
        // caller's look for data: one of the two sees the other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _waiters) is not null) Interlocked.Exchange(ref _waiters, null)?.TrySetResult();
        Volatile.Read(ref _listeners)?.Invoke();
    }

    /// <summary>Fails those who wait, and all who will.</summary>
    public void Fail(Exception failure)
    {
        Volatile.Write(ref _failure, failure);
        Interlocked.MemoryBarrier();
        Interlocked.Exchange(ref _waiters, null)?.TrySetException(failure);
    }
}
