namespace LogStore.Replicator.Transport.Tcp;

/// <summary>How long to wait before the next attempt: twice as long each time.</summary>
internal struct Backoff()
{
    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);

    private TimeSpan _next = Least;

    /// <summary>The wait that is due.</summary>
    public TimeSpan Take()
    {
        TimeSpan delay = _next;
        _next = delay * 2 < Most ? delay * 2 : Most;
        return delay;
    }
}
