namespace LogStore.Tests.Shared;

/// <summary>Asks again and again for what nothing tells of: what another process sees, or what a thread has not done yet.</summary>
internal static class Poll
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until it is so.</summary>
    /// <exception cref="TimeoutException">It did not come about within the patience.</exception>
    public static Task UntilAsync(string what, Func<bool> isSo, Func<string>? state = null) =>
        UntilAsync(what, () => Task.FromResult(isSo()), state);

    /// <inheritdoc cref="UntilAsync(string, Func{bool}, Func{string}?)"/>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, Func<string>? state = null)
    {
        using CancellationTokenSource limit = new(Patience);
        using PeriodicTimer timer = new(Pause);
        try
        {
            while (!await isSo().WaitAsync(limit.Token)) await timer.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"Within {Patience.TotalSeconds} s it did not come about that {what}. {state?.Invoke()}", e);
        }
    }
}
