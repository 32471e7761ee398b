namespace LogStore.Client;

/// <summary>Which offset of a partition is asked for.</summary>
public readonly record struct OffsetSpec
{
    private OffsetSpec(long timestamp) => Timestamp = timestamp;

    /// <summary>The first that is retained.</summary>
    public static OffsetSpec Earliest => new(-2);

    /// <summary>That of the next record to be produced (exclusive end).</summary>
    public static OffsetSpec Latest => new(-1);

    /// <summary>What the protocol calls it.</summary>
    internal long Timestamp { get; }

    /// <summary>The first record at or after a time, in milliseconds since 1970.</summary>
    public static OffsetSpec AtOrAfter(long timestampMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestampMs);
        return new OffsetSpec(timestampMs);
    }
}

/// <summary>An offset that was asked for.</summary>
/// <param name="Offset">The offset; -1 if no record is as late as the time asked for.</param>
/// <param name="TimestampMs">The record's time, in milliseconds since 1970; -1 if none was asked for.</param>
/// <param name="LeaderEpoch">The epoch of the record's leader; -1 if it is not known.</param>
public readonly record struct OffsetResult(long Offset, long TimestampMs, int LeaderEpoch);
