namespace LogStore.Client.Producing;

/// <summary>Bounds the memory of records that are not delivered: who finds none waits.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class BufferBudget(long capacity)
{
    private readonly Lock _gate = new();
    private long _available = capacity;
    private TaskCompletionSource? _released;

    /// <summary>Whether somebody waits, so that what is there should be sent rather than linger.</summary>
    public bool IsExhausted => Volatile.Read(ref _released) is not null;

    /// <summary>Takes memory; false if there is not enough.</summary>
    public bool TryReserve(int bytes)
    {
        lock (_gate)
        {
            if (_available < bytes) return false;
            _available -= bytes;
            return true;
        }
    }

    /// <summary>Ends when memory has come back; at once if <paramref name="bytes"/> are there now.</summary>
    public Task WaitForRelease(int bytes)
    {
        lock (_gate)
        {
            if (_available >= bytes) return Task.CompletedTask;
            _released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _released.Task;
        }
    }

    /// <summary>Gives memory back, and lets those who wait try again.</summary>
    public void Release(int bytes)
    {
        TaskCompletionSource? released;
        lock (_gate)
        {
            _available += bytes;
            (released, _released) = (_released, null);
        }

        released?.TrySetResult();
    }
}
