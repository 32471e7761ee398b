namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// How long it is worth to spin for the next completion: as long as completions come after shorter waits than the limit, and not
/// at all while they do not. So a poller that is busy is not put to sleep, and an idle one takes no processor.
/// </summary>
/// <remarks>Not thread-safe. Knows no clock: times are ticks of whoever asks.</remarks>
/// <param name="limit">The longest that is ever spun, in ticks; 0 for never.</param>
internal struct SpinBudget(long limit)
{
    // An average of the last waits, each of which counts an eighth: some eight in a row change its mind.
    private const int Weight = 8;

    private long _expected;

    /// <summary>How long to spin now.</summary>
    public readonly long Ticks => _expected < limit ? limit : 0;

    /// <summary>Takes note of how long the queue was empty, spinning and sleeping, until something came.</summary>
    public void Add(long wait)
    {
        // However long a pause was, it counts as one that was just too long: what matters is what comes often.
        long counted = Math.Min(wait, 2 * limit);
        _expected += (counted - _expected) / Weight;
    }
}
