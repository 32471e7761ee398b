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
    /// Rises when cutting begins (it is odd while bytes are being cut) and when it has ended: a reader that sees it change finds
    /// its place anew.
    /// </summary>
    public int Truncations => Volatile.Read(ref _truncations);

    public void BeginTruncation() => Interlocked.Increment(ref _truncations);

    public void EndTruncation() => Interlocked.Increment(ref _truncations);

    /// <summary>The count once no cutting is under way; it takes a few flushes of the disk, and is rare.</summary>
    public int AwaitTruncations()
    {
        SpinWait spin = default;
        int count;
        while (((count = Truncations) & 1) != 0) spin.SpinOnce();
        return count;
    }

    /// <summary>Completes when there may be more to read than at the time of the call.</summary>
    public abstract Task WaitForMoreAsync();

    /// <summary>Looks for what has been appended by another process; a log's own process has nothing to look for.</summary>
    public virtual void Refresh()
    {
    }
}
