namespace LogStore.Client.Producing;

/// <summary>Lets appends to a topic that have to wait do so in the order of their calls.</summary>
/// <remarks>Thread-safe. As long as somebody stands in line, nobody may append past him.</remarks>
internal sealed class AppendLine
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private int _waiting;

    /// <summary>Whether nobody waits.</summary>
    public bool IsEmpty => Volatile.Read(ref _waiting) == 0;

    /// <summary>Ends when all who stand in line now have had their turn.</summary>
    public Task WhenServed()
    {
        lock (_gate) return _last;
    }

    /// <summary>Gets in line at once, and appends when it is the caller's turn.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task previous;
        lock (_gate)
        {
            (previous, _last) = (_last, turn.Task);
            _waiting++;
        }

        try
        {
            await previous.WaitAsync(cancellationToken).ConfigureAwait(false);
            await append(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            // Who gives up must not let the next one pass those before him.
            if (previous.IsCompleted) turn.SetResult();
            else _ = previous.ContinueWith(_ => turn.SetResult(), TaskScheduler.Default);
        }
    }
}
