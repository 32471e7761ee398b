using LogStore.Records;
using LogStore.Segments;

namespace LogStore;

/// <summary>
/// The settings of one log by Kafka's names and with Kafka's defaults. Immutable; each property is checked where it is
/// set. <see cref="LogConfigKeys"/> reads and writes them as text.
/// </summary>
/// <remarks>Source: Kafka's topic configuration reference.</remarks>
public sealed record LogConfig
{
    /// <summary>Kafka's defaults.</summary>
    public static LogConfig Default { get; } = new();

    /// <summary><c>segment.bytes</c>: roll before a segment would pass this size, in bytes; at least 4096.</summary>
    public int SegmentBytes { get; init => field = AtLeast(value, 4096, "segment.bytes"); } = 1024 * 1024 * 1024;

    /// <summary><c>segment.ms</c>: roll when the segment's first record is this old, in milliseconds.</summary>
    public long SegmentMs { get; init => field = AtLeast(value, 1, "segment.ms"); } = 7L * 24 * 60 * 60 * 1000;

    /// <summary><c>segment.index.bytes</c>: roll before the offset index could pass this size, in bytes.</summary>
    public int SegmentIndexBytes { get; init => field = AtLeast(value, 64, "segment.index.bytes"); } = 10 * 1024 * 1024;

    /// <summary><c>index.interval.bytes</c>: one index entry for about this many bytes of batches.</summary>
    public int IndexIntervalBytes { get; init => field = AtLeast(value, 64, "index.interval.bytes"); } = 4096;

    /// <summary><c>retention.ms</c>: segments older than this many milliseconds are deleted; -1 keeps them.</summary>
    public long RetentionMs { get; init => field = AtLeast(value, -1, "retention.ms"); } = 7L * 24 * 60 * 60 * 1000;

    /// <summary><c>retention.bytes</c>: the oldest segments go while the log is larger than this; -1 keeps them.</summary>
    public long RetentionBytes { get; init => field = AtLeast(value, -1, "retention.bytes"); } = -1;

    /// <summary><c>max.message.bytes</c>: the largest batch taken, in bytes, its header included.</summary>
    public int MaxMessageBytes { get; init => field = AtLeast(value, 1, "max.message.bytes"); } = 1024 * 1024 + 12;

    /// <summary><c>message.timestamp.type</c>: the producer's time, or the time of the append.</summary>
    public TimestampType MessageTimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary>
    /// <c>flush.messages</c>: flush when this many records have been appended since the last flush; 1 flushes every append.
    /// </summary>
    public long FlushMessages { get; init => field = AtLeast(value, 1, "flush.messages"); } = long.MaxValue;

    /// <summary><c>flush.ms</c>: flush what has been appended within this many milliseconds.</summary>
    public long FlushMs { get; init => field = AtLeast(value, 0, "flush.ms"); } = long.MaxValue;

    /// <summary>
    /// <c>preallocate</c>: reserve blocks ahead of the data, which about halves the cost of a flush. True here, where Kafka
    /// says false: the space is reserved in steps that double and given back when a segment is sealed or closed.
    /// </summary>
    public bool Preallocate { get; init; } = true;

    internal SegmentLimits SegmentLimits => new(SegmentBytes, SegmentMs, SegmentIndexBytes, IndexIntervalBytes, Preallocate);

    private static T AtLeast<T>(T value, T minimum, string key) where T : IComparable<T> =>
        value.CompareTo(minimum) >= 0
            ? value
            : throw new InvalidConfigException(key, $"{value} is below the least value, {minimum}");
}
