namespace LogStore.Reading;

/// <summary>Wakes the readers that wait at the end of a log. Costs the writer one look when nobody waits.</summary>
/// <remarks>Thread-safe. A reader takes the task first and looks for new data second, so no wake-up is lost.</remarks>
internal sealed class AppendSignal
{
    private TaskCompletionSource? _waiters;
    private Exception? _failure;

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
    }

    /// <summary>Fails those who wait, and all who will.</summary>
    public void Fail(Exception failure)
    {
        Volatile.Write(ref _failure, failure);
        Interlocked.MemoryBarrier();
        Interlocked.Exchange(ref _waiters, null)?.TrySetException(failure);
    }
}
