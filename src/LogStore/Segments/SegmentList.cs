namespace LogStore.Segments;

/// <summary>
/// The segments of a log in the order of their offsets. Readers see an immutable array; whoever changes the list replaces
/// it, so no reader ever waits.
/// </summary>
internal sealed class SegmentList(IEnumerable<LogSegment> initial)
{
    private LogSegment[] _segments = [.. initial];

    public ReadOnlySpan<LogSegment> All => Volatile.Read(ref _segments);

    public int Count => Volatile.Read(ref _segments).Length;

    /// <summary>The last segment; null in a log that has never been written.</summary>
    public LogSegment? Last
    {
        get
        {
            LogSegment[] segments = Volatile.Read(ref _segments);
            return segments.Length == 0 ? null : segments[^1];
        }
    }

    /// <summary>The segment whose range holds <paramref name="offset"/>: the last with a base at or below it.</summary>
    public LogSegment? Find(long offset)
    {
        LogSegment[] segments = Volatile.Read(ref _segments);
        int low = 0, high = segments.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (segments[middle].BaseOffset <= offset) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? null : segments[low - 1];
    }

    /// <summary>The segment after the one with this base; null when it is the last.</summary>
    public LogSegment? After(long baseOffset)
    {
        foreach (LogSegment segment in All)
        {
            if (segment.BaseOffset > baseOffset) return segment;
        }

        return null;
    }

    public void Add(LogSegment segment) => Replace(segments => [.. segments, segment]);

    public void Remove(LogSegment segment) => Replace(segments => [.. segments.Where(other => other != segment)]);

    /// <summary>Puts one segment in the place of a run of others.</summary>
    public void Replace(LogSegment[] run, LogSegment replacement) =>
        Replace(segments => [.. segments.TakeWhile(other => other != run[0]), replacement,
            .. segments.SkipWhile(other => other != run[^1]).Skip(1)]);

    public void Clear() => Replace(_ => []);

    private void Replace(Func<LogSegment[], LogSegment[]> change)
    {
        LogSegment[] before;
        LogSegment[] after;
        do
        {
            before = Volatile.Read(ref _segments);
            after = change(before);
        }
        while (Interlocked.CompareExchange(ref _segments, after, before) != before);
    }
}
