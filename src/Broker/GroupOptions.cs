using LogStore.Broker.Groups.Membership;

namespace LogStore.Broker;

/// <summary>
/// The settings of the group coordinator, by Kafka's names and, where nothing else is said, with its defaults.
/// Immutable; each property is checked where it is set.
/// </summary>
public sealed record GroupOptions
{
    /// <summary>
    /// The shortest session that a member may ask for (<c>group.min.session.timeout.ms</c>), inclusive.
    /// </summary>
    public TimeSpan MinSessionTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(1), "group.min.session.timeout.ms");
    } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// The longest session that a member may ask for (<c>group.max.session.timeout.ms</c>), inclusive.
    /// </summary>
    public TimeSpan MaxSessionTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(1), "group.max.session.timeout.ms");
    } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long the first generation of an empty group waits for more members, and waits again while they come
    /// (<c>group.initial.rebalance.delay.ms</c>). Kafka's default is three seconds; half a second catches members that
    /// are started together as well, since each that comes prolongs it, and does not have everybody who starts a single
    /// consumer sit out the rest.
    /// </summary>
    public TimeSpan InitialRebalanceDelay
    {
        get;
        init => field = InRange(value, TimeSpan.Zero, "group.initial.rebalance.delay.ms");
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many members a group may have (<c>group.max.size</c>).</summary>
    public int MaxSize
    {
        get;
        init => field = AtLeast(value, 1, "group.max.size");
    } = int.MaxValue;

    /// <summary>
    /// How much memory all groups may take, in bytes, their offsets aside; who would exceed it is sent away for now
    /// (<c>COORDINATOR_NOT_AVAILABLE</c>). A member takes some 4 KiB, and more with a long subscription.
    /// </summary>
    public long MaxMemoryBytes { get; init => field = AtLeast(value, 64 * 1024, nameof(MaxMemoryBytes)); } = 128L * 1024 * 1024;

    /// <summary>
    /// The longest note that a client may keep beside an offset, in characters, as Kafka counts
    /// (<c>offset.metadata.max.bytes</c>).
    /// </summary>
    public int OffsetMetadataMaxBytes
    {
        get;
        init => field = AtLeast(value, 0, "offset.metadata.max.bytes");
    } = 4096;

    /// <summary>How long offsets that nobody uses are kept, to the minute (<c>offsets.retention.minutes</c>).</summary>
    public TimeSpan OffsetsRetention
    {
        get;
        init => field = AtLeast(value, TimeSpan.FromMinutes(1), "offsets.retention.minutes");
    } = TimeSpan.FromDays(7);

    /// <summary>How often it is looked for such offsets (<c>offsets.retention.check.interval.ms</c>).</summary>
    public TimeSpan OffsetsRetentionCheckInterval
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(1), "offsets.retention.check.interval.ms");
    } = TimeSpan.FromMinutes(10);

    /// <summary>The partitions of the offsets topic, when it is made (<c>offsets.topic.num.partitions</c>).</summary>
    public int OffsetsTopicPartitions
    {
        get;
        init => field = AtLeast(value, 1, "offsets.topic.num.partitions");
    } = 50;

    /// <summary>
    /// The replicas of the offsets topic, when it is made (<c>offsets.topic.replication.factor</c>); as many as there are
    /// brokers where there are fewer.
    /// </summary>
    public int OffsetsTopicReplicationFactor
    {
        get;
        init => field = AtLeast(value, 1, "offsets.topic.replication.factor");
    } = 3;

    /// <summary>
    /// The size of the offsets topic's segments, in bytes, when it is made (<c>offsets.topic.segment.bytes</c>). Small,
    /// since the topic is read whole at each start and only segments that are complete can be compacted.
    /// </summary>
    public int OffsetsTopicSegmentBytes
    {
        get;
        init => field = AtLeast(value, 4096, "offsets.topic.segment.bytes");
    } = 100 * 1024 * 1024;

    /// <summary>What of it groups hold their members to.</summary>
    internal GroupRules Rules => new()
    {
        MinSessionTimeoutMs = (int)MinSessionTimeout.TotalMilliseconds,
        MaxSessionTimeoutMs = (int)MaxSessionTimeout.TotalMilliseconds,
        InitialRebalanceDelayMs = (int)InitialRebalanceDelay.TotalMilliseconds,
        MaxSize = MaxSize,
    };

    private static T AtLeast<T>(T value, T minimum, string key) where T : IComparable<T> =>
        value.CompareTo(minimum) >= 0
            ? value
            : throw new InvalidConfigException(key, $"{value} is below the least value, {minimum}");

    /// <summary>Milliseconds have to fit 32 bits, as they do in the protocol.</summary>
    private static TimeSpan InRange(TimeSpan value, TimeSpan minimum, string key) =>
        value.TotalMilliseconds <= int.MaxValue
            ? AtLeast(value, minimum, key)
            : throw new InvalidConfigException(key, $"{value} is above the greatest value, {int.MaxValue} ms");
}
