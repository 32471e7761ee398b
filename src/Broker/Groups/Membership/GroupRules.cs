namespace LogStore.Broker.Groups.Membership;

/// <summary>The limits that a group holds its members to. Milliseconds.</summary>
internal sealed record GroupRules
{
    /// <summary><c>group.min.session.timeout.ms</c>, inclusive.</summary>
    public int MinSessionTimeoutMs { get; init; } = 6_000;

    /// <summary><c>group.max.session.timeout.ms</c>, inclusive.</summary>
    public int MaxSessionTimeoutMs { get; init; } = 1_800_000;

    /// <summary>
    /// <c>group.initial.rebalance.delay.ms</c>: how long the first generation of an empty group waits for more members,
    /// and waits again while they come. Kafka's default is 3000. Members that are started together come within far
    /// less, and as the wait is prolonged by each that comes, half a second catches slow starters too, without making
    /// everybody who starts a single consumer sit out three seconds.
    /// </summary>
    public int InitialRebalanceDelayMs { get; init; } = 500;

    /// <summary><c>group.max.size</c>: how many members a group may have.</summary>
    public int MaxSize { get; init; } = int.MaxValue;

    /// <summary>
    /// How long a new member may be parked in its first JoinGroup. It has no session yet, and a client that gave up and
    /// came again would otherwise be there twice for as long as a long rebalance lasts.
    /// </summary>
    public int NewMemberJoinTimeoutMs { get; init; } = 300_000;
}
