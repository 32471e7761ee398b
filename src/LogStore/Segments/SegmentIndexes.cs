using LogStore.IO;
using LogStore.Records;

namespace LogStore.Segments;

/// <summary>
/// A segment's two indexes and the rule that fills them: an entry for the first batch after each interval of bytes. They
/// live and die together, and can always be built anew from the batches.
/// </summary>
internal sealed class SegmentIndexes : IDisposable
{
    private readonly int _intervalBytes;
    private long _bytesSinceEntry;
    private long _maxTimestamp;
    private long _maxTimestampOffset;

    private SegmentIndexes(Storage storage, LogSegment segment)
    {
        string directory = segment.Directory;
        long offset = segment.BaseOffset;
        _intervalBytes = segment.Limits.IndexIntervalBytes;
        Offsets = new OffsetIndex(storage, SegmentNames.OffsetIndex(directory, offset), offset);
        Time = new TimeIndex(storage, SegmentNames.TimeIndex(directory, offset), offset);
        _maxTimestamp = -1;
        _maxTimestampOffset = offset;
    }

    public OffsetIndex Offsets { get; }

    public TimeIndex Time { get; }

    /// <summary>The largest timestamp among the segment's batches, in milliseconds; -1 when it has none.</summary>
    public long MaxTimestamp => Volatile.Read(ref _maxTimestamp);

    public static SegmentIndexes CreateEmpty(Storage storage, LogSegment segment) => new(storage, segment);

    /// <summary>Opens the files, or builds them anew when they are missing or cannot be right.</summary>
    public static SegmentIndexes Open(Storage storage, LogSegment segment)
    {
        SegmentIndexes indexes = new(storage, segment);
        if (indexes.TryOpen(segment)) return indexes;
        indexes.Dispose();
        return Rebuild(storage, segment);
    }

    /// <summary>Builds the indexes from the headers of the segment's readable batches.</summary>
    public static SegmentIndexes Rebuild(Storage storage, LogSegment segment)
    {
        SegmentIndexes indexes = new(storage, segment);
        using BatchScanner scanner = new(segment.File(), 0);
        while (scanner.MoveNextHeader(segment.Size))
            indexes.Add(scanner.Header.LastOffset, scanner.Header.MaxTimestamp, scanner.Position, scanner.Header.SizeInBytes);
        indexes.Complete();
        return indexes;
    }

    /// <summary>Takes note of a batch; positions ascend.</summary>
    public void Add(long lastOffset, long maxTimestamp, long position, int size)
    {
        if (maxTimestamp > _maxTimestamp)
        {
            Volatile.Write(ref _maxTimestamp, maxTimestamp);
            _maxTimestampOffset = lastOffset;
        }

        if (_bytesSinceEntry > _intervalBytes)
        {
            Offsets.Append(lastOffset, (int)position);
            Complete();
            _bytesSinceEntry = 0;
        }

        _bytesSinceEntry += size;
    }

    /// <summary>Brings the time index up to the largest timestamp; the last thing done before the files are closed.</summary>
    public void Complete()
    {
        if (_maxTimestamp >= 0) Time.Append(_maxTimestamp, _maxTimestampOffset);
    }

    /// <summary>
    /// Brings a chunk of entries to the files, where others can use them. An error is let pass: nothing depends on these
    /// bytes, and if the device stays sick the next write of batches will say so.
    /// </summary>
    public void WriteOutIfDue()
    {
        try
        {
            Offsets.File.WriteOutIfDue();
            Time.File.WriteOutIfDue();
        }
        catch (IOException)
        {
        }
    }

    /// <summary>Completes both files, durable or not.</summary>
    public void WriteOut()
    {
        Complete();
        Offsets.File.WriteOut();
        Time.File.WriteOut();
    }

    /// <summary>Completes both files and makes them durable.</summary>
    public void Flush()
    {
        Complete();
        Offsets.File.Flush();
        Time.File.Flush();
    }

    public void Dispose()
    {
        Offsets.Dispose();
        Time.Dispose();
    }

    /// <summary>Whether the batch that ends at an offset has this largest timestamp, as an entry of the time index says.</summary>
    public bool BearsOut(LogSegment segment, long timestamp, long lastOffset)
    {
        using BatchScanner scanner = new(segment.File(), Offsets.Lookup(lastOffset).Position);
        while (scanner.MoveNextHeader(segment.Size))
        {
            if (scanner.Header.LastOffset < lastOffset) continue;
            return scanner.Header.LastOffset == lastOffset && scanner.Header.MaxTimestamp == timestamp;
        }

        return false;
    }

    private bool TryOpen(LogSegment segment)
    {
        bool opened = segment.IsSealed
            ? Offsets.File.TryOpenSealed() && Time.File.TryOpenSealed()
            : Offsets.File.TryOpenForAppend() && Time.File.TryOpenForAppend();
        if (!opened || !Fits(segment)) return false;
        (_maxTimestamp, _maxTimestampOffset) = Time.Last;
        return true;
    }

    /// <summary>Whether the last entries are right; those before them are borne out when they are used.</summary>
    private bool Fits(LogSegment segment)
    {
        if ((Time.File.Count == 0) != (segment.Size == 0)) return false;
        return Time.File.Count == 0 || (OffsetsFit(segment) && TimesFit(segment));
    }

    private bool OffsetsFit(LogSegment segment)
    {
        if (Offsets.File.Count == 0) return true;
        (long lastOffset, int position) = Offsets.Lookup(long.MaxValue);
        if (position >= segment.Size) return false;
        using BatchScanner scanner = new(segment.File(), position);
        return scanner.MoveNextHeader(segment.Size) && scanner.Header.LastOffset == lastOffset;
    }

    /// <summary>No batch is newer than the last entry says: a cut index would hide the newest from retention.</summary>
    private bool TimesFit(LogSegment segment)
    {
        (long timestamp, long lastOffset) = Time.Last;
        if (!BearsOut(segment, timestamp, lastOffset)) return false;
        using BatchScanner scanner = new(segment.File(), Offsets.Lookup(lastOffset).Position);
        while (scanner.MoveNextHeader(segment.Size))
        {
            if (scanner.Header.MaxTimestamp > timestamp) return false;
        }

        return scanner.Status == BatchStatus.Valid;
    }
}
