namespace LogStore.Broker.Groups;

/// <summary>
/// A point in time on both clocks: deadlines follow the one that never jumps, what is stored follows the calendar.
/// </summary>
/// <param name="MonotonicMs">Milliseconds since an arbitrary start of this process.</param>
/// <param name="UnixMs">Milliseconds since 1970.</param>
internal readonly record struct Instant(long MonotonicMs, long UnixMs)
{
    /// <summary>What stands in place of a deadline that there is none of.</summary>
    public const long Never = long.MaxValue;

    public long After(long milliseconds) => MonotonicMs + milliseconds;

    public bool HasReached(long deadlineMs) => MonotonicMs >= deadlineMs;
}
