using LogStore.Segments;

namespace LogStore.Reading;

/// <summary>A log as its readers see it: the writing process's own, or another process's seen from outside.</summary>
internal abstract class LogView
{
    private int _truncations;

    public abstract string Directory { get; }

    public abstract SegmentList Segments { get; }

    /// <summary>The first retained offset (inclusive).</summary>
    public abstract long LogStartOffset { get; }

    /// <summary>The end of what may be read (exclusive).</summary>
    public abstract long LogEndOffset { get; }

    /// <summary>
    /// Rises before and after bytes that a reader may have seen are cut, so it is odd in between: a reader that sees another
    /// value than before finds its place anew.
    /// </summary>
    public int Truncations => Volatile.Read(ref _truncations);

    public void BeginTruncation() => Interlocked.Increment(ref _truncations);

    public void EndTruncation() => Interlocked.Increment(ref _truncations);

    /// <summary>Waits while bytes are being cut, a few flushes at most, and returns <see cref="Truncations"/>.</summary>
    public int SettledTruncations()
    {
        SpinWait spin = default;
        int truncations;
        while (((truncations = Truncations) & 1) != 0) spin.SpinOnce();
        return truncations;
    }

    /// <summary>Completes when there may be more to read than at the time of the call.</summary>
    public abstract Task WaitForMoreAsync();

    /// <summary>
    /// Called after something did not fit together: whether that may be because another process has put a compacted segment in
    /// the place of others, and it is worth another try.
    /// </summary>
    public virtual bool MayHaveChanged() => false;

    /// <summary>Looks for what has been appended by another process; a log's own process has nothing to look for.</summary>
    public virtual void Refresh()
    {
    }
}
