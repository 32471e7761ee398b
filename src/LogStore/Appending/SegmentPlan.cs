using LogStore.Segments;

namespace LogStore.Appending;

/// <summary>
/// The active segment as it will be when everything staged so far has been written: it decides where the log rolls, at the
/// moment a batch gets its offset, so that the writer only obeys.
/// </summary>
/// <remarks>Guarded by the append path's gate.</remarks>
internal sealed class SegmentPlan(LogState log)
{
    private bool _exists;
    private long _baseOffset;
    private long _size;
    private long _firstTimestamp = -1;

    /// <summary>Starts from a segment that is there; none (null) means that the next batch must make one.</summary>
    /// <param name="segment">The active segment.</param>
    /// <param name="firstTimestamp">The largest timestamp of its first batch; -1 when it is empty.</param>
    public void Reset(LogSegment? segment, long firstTimestamp)
    {
        _exists = segment is not null;
        _baseOffset = segment?.BaseOffset ?? 0;
        _size = segment?.Size ?? 0;
        _firstTimestamp = firstTimestamp;
    }

    /// <summary>Whether this batch belongs in a new segment.</summary>
    public bool MustRoll(int size, long lastOffset, long timestamp)
    {
        if (!_exists) return true;
        if (_size == 0) return false;
        SegmentLimits limits = log.Config.SegmentLimits;
        return _size + size > limits.MaxBytes ||
            lastOffset - _baseOffset > int.MaxValue ||
            (_firstTimestamp >= 0 && timestamp - _firstTimestamp >= limits.SegmentMs);
    }

    /// <summary>The next batch begins a segment.</summary>
    public void Roll(long baseOffset)
    {
        _exists = true;
        _baseOffset = baseOffset;
        _size = 0;
        _firstTimestamp = -1;
    }

    public void Add(int size, long timestamp)
    {
        if (_size == 0) _firstTimestamp = timestamp;
        _size += size;
    }
}
