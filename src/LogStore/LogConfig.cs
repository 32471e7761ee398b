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

    /// <summary><c>cleanup.policy</c>: what becomes of old records.</summary>
    public CleanupPolicy CleanupPolicy
    {
        get;
        init => field = value is > CleanupPolicy.None and <= (CleanupPolicy.Delete | CleanupPolicy.Compact)
            ? value
            : throw new InvalidConfigException("cleanup.policy", "a log has at least one policy: delete, compact");
    } = CleanupPolicy.Delete;

    /// <summary>
    /// <c>min.cleanable.dirty.ratio</c>: a log is compacted when more than this part of its sealed bytes, 0 to 1, was written
    /// since the last time.
    /// </summary>
    public double MinCleanableDirtyRatio
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new InvalidConfigException("min.cleanable.dirty.ratio", $"{value} is not from 0 to 1");
    } = 0.5;

    /// <summary>
    /// <c>delete.retention.ms</c>: how long a compacted log keeps a tombstone, in milliseconds from the compaction that first
    /// meets it, so that readers learn of the deletion. It goes with the first compaction after that.
    /// </summary>
    public long DeleteRetentionMs { get; init => field = AtLeast(value, 0, "delete.retention.ms"); } = 24L * 60 * 60 * 1000;

    /// <summary><c>min.compaction.lag.ms</c>: records younger than this many milliseconds are not compacted.</summary>
    public long MinCompactionLagMs { get; init => field = AtLeast(value, 0, "min.compaction.lag.ms"); }

    /// <summary>
    /// <c>max.compaction.lag.ms</c>: records older than this many milliseconds are compacted whatever the dirty ratio, the
    /// active segment being rolled for it.
    /// </summary>
    public long MaxCompactionLagMs { get; init => field = AtLeast(value, 1, "max.compaction.lag.ms"); } = long.MaxValue;

    /// <summary>
    /// <c>min.insync.replicas</c>: how many replicas must have a batch before a producer that asks for all of them is
    /// answered. The log itself is one replica: the setting takes effect where a broker replicates it.
    /// </summary>
    public int MinInsyncReplicas { get; init => field = AtLeast(value, 1, "min.insync.replicas"); } = 1;

    /// <summary>
    /// <c>unclean.leader.election.enable</c>: whether a replica that may lack committed records may lead when no other can. As
    /// the one above, it takes effect where a broker replicates the log.
    /// </summary>
    public bool UncleanLeaderElection { get; init; }

    /// <summary><c>max.message.bytes</c>: the largest batch taken, in bytes, its header included.</summary>
    public int MaxMessageBytes { get; init => field = AtLeast(value, 1, "max.message.bytes"); } = 1024 * 1024 + 12;

    /// <summary><c>message.timestamp.type</c>: the producer's time, or the time of the append.</summary>
    public TimestampType MessageTimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary>
    /// <c>message.timestamp.difference.max.ms</c>: how far the time that a producer gives a record may be from the broker's, in
    /// milliseconds. It takes effect where a broker takes records from producers.
    /// </summary>
    public long MessageTimestampDifferenceMaxMs
    {
        get;
        init => field = AtLeast(value, 0, "message.timestamp.difference.max.ms");
    } = long.MaxValue;

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

    /// <summary>
    /// <c>segment.jitter.ms</c>, in milliseconds. Kept for those who set it, and without effect: rolling a segment costs too
    /// little for logs to be kept from doing it at the same time.
    /// </summary>
    public long SegmentJitterMs { get; init => field = AtLeast(value, 0, "segment.jitter.ms"); }

    /// <summary>
    /// <c>file.delete.delay.ms</c>, in milliseconds. Kept for those who set it, and without effect: readers hold files open that
    /// are deleted under them.
    /// </summary>
    public long FileDeleteDelayMs { get; init => field = AtLeast(value, 0, "file.delete.delay.ms"); } = 60_000;

    /// <summary>
    /// <c>message.downconversion.enable</c>. Kept for those who set it, and without effect: there is one format of records.
    /// </summary>
    public bool MessageDownconversion { get; init; } = true;

    /// <summary>
    /// <c>message.format.version</c>, a release of Kafka. Kept for those who set it, and without effect: there is one format of
    /// records.
    /// </summary>
    public string MessageFormatVersion { get; init; } = "3.0-IV1";

    internal bool Compacts => (CleanupPolicy & CleanupPolicy.Compact) != CleanupPolicy.None;

    internal bool Deletes => (CleanupPolicy & CleanupPolicy.Delete) != CleanupPolicy.None;

    internal SegmentLimits SegmentLimits => new(SegmentBytes, SegmentMs, SegmentIndexBytes, IndexIntervalBytes, Preallocate);

    private static T AtLeast<T>(T value, T minimum, string key) where T : IComparable<T> =>
        value.CompareTo(minimum) >= 0
            ? value
            : throw new InvalidConfigException(key, $"{value} is below the least value, {minimum}");
}
