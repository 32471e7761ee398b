namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>How a poller waits.</summary>
public sealed record PollerOptions
{
    /// <summary>How many completions are taken at a time: 16 to 32 amortize a poll well.</summary>
    public int BatchSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 32;

    /// <summary>
    /// How long it spins at most on an empty queue before it sleeps. Spinning saves a wake-up of tens of microseconds, and takes
    /// a core while it lasts, unless another thread wants it: it gives way. Not done while completions come more rarely.
    /// </summary>
    public TimeSpan SpinTime { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The name of its thread.</summary>
    public string ThreadName { get; init; } = "rdma poller";
}

/// <summary>What a poller has done so far.</summary>
/// <param name="Completions">Completions handed to the handler.</param>
/// <param name="Batches">Polls that found something.</param>
/// <param name="EmptyPolls">Polls that found nothing.</param>
/// <param name="Armings">How often spinning was in vain, and the channel was armed.</param>
/// <param name="Sleeps">How often it then waited: fewer than armings, since polling again may find something.</param>
/// <param name="Events">Events taken from the channel.</param>
public readonly record struct PollerCounters(
    long Completions, long Batches, long EmptyPolls, long Armings, long Sleeps, long Events);

/// <summary>Takes what a poller finds. Its calls come from the poller's thread, one at a time.</summary>
public interface ICompletionHandler
{
    /// <summary>
    /// Handles completions, oldest first. The span is valid during the call only. It must not block; an exception stops
    /// the poller and becomes its fault.
    /// </summary>
    public void OnCompletions(ReadOnlySpan<WorkCompletion> completions);

    /// <summary>The queue has been drained for the moment: the time to send what was gathered.</summary>
    public void OnDrained()
    {
    }
}
