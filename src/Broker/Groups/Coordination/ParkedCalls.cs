namespace LogStore.Broker.Groups.Coordination;

/// <summary>
/// Requests that wait for their answers. Whoever waits goes on on another thread than the one that answers.
/// </summary>
/// <remarks>Not thread-safe, but what waits may do so on any thread.</remarks>
internal sealed class ParkedCalls<TReply>
{
    private readonly Dictionary<long, TaskCompletionSource<TReply>> _calls = [];

    public Task<TReply> Park(long ticket)
    {
        TaskCompletionSource<TReply> call = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add(ticket, call);
        return call.Task;
    }

    public void Answer(long ticket, TReply reply)
    {
        // It is gone if its client is.
        if (_calls.Remove(ticket, out TaskCompletionSource<TReply>? call)) call.SetResult(reply);
    }

    /// <summary>Ends the wait without an answer; false if it was answered before.</summary>
    public bool Cancel(long ticket)
    {
        if (!_calls.Remove(ticket, out TaskCompletionSource<TReply>? call)) return false;
        call.SetCanceled();
        return true;
    }
}
