namespace LogStore.Replicator.Replicas;

/// <summary>An append that waits to be committed.</summary>
internal sealed class CommitWaiter(AppendResult result, TimeSpan timeout, long deadline) : TaskCompletionSource<AppendResult>
{
    private Exception? _failure;

    public AppendResult Result { get; } = result;

    public TimeSpan Timeout { get; } = timeout;

    /// <summary>In milliseconds of the replicas' clock.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>The next in a list of those that are to be told.</summary>
    public CommitWaiter? Next { get; set; }

    /// <summary>How it is to end; null for well.</summary>
    public void Decide(Exception? failure) => _failure = failure;

    /// <summary>Runs what waits, here and now: under no lock.</summary>
    public void Tell()
    {
        if (_failure is null) TrySetResult(Result);
        else TrySetException(_failure);
    }
}
