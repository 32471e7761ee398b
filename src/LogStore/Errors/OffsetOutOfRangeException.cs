namespace LogStore;

/// <summary>The offset is not in the log: below its start (deleted by retention) or above its end.</summary>
public sealed class OffsetOutOfRangeException : LogStoreException
{
    /// <summary>Makes the error for <paramref name="offset"/> in a log of [start, end).</summary>
    public OffsetOutOfRangeException(long offset, long logStartOffset, long logEndOffset)
        : base($"Offset {offset} is out of range: the log holds [{logStartOffset}, {logEndOffset}).")
    {
        Offset = offset;
        LogStartOffset = logStartOffset;
        LogEndOffset = logEndOffset;
    }

    /// <summary>The offset that was asked for.</summary>
    public long Offset { get; }

    /// <summary>The first retained offset (inclusive).</summary>
    public long LogStartOffset { get; }

    /// <summary>The end of the log (exclusive).</summary>
    public long LogEndOffset { get; }
}
