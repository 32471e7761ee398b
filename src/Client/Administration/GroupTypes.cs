namespace LogStore.Client;

/// <summary>A group in a list.</summary>
/// <param name="GroupId">Its name.</param>
/// <param name="ProtocolType">What its members are: <c>consumer</c>; empty if it has only offsets.</param>
/// <param name="CoordinatorId">The broker that coordinates it.</param>
public sealed record GroupListing(string GroupId, string ProtocolType, int CoordinatorId);

/// <summary>A group in full.</summary>
/// <param name="GroupId">Its name.</param>
/// <param name="State">Empty, PreparingRebalance, CompletingRebalance, Stable or Dead.</param>
/// <param name="ProtocolType">What its members are: <c>consumer</c>.</param>
/// <param name="AssignmentStrategy">How its partitions are divided.</param>
/// <param name="Members">Its members.</param>
public sealed record GroupDescription(
    string GroupId, string State, string ProtocolType, string AssignmentStrategy,
    IReadOnlyList<GroupMemberDescription> Members);

/// <summary>A member of a group.</summary>
/// <param name="MemberId">Its id, which the coordinator gave it.</param>
/// <param name="GroupInstanceId">Its own name, if it is a static member; otherwise null.</param>
/// <param name="ClientId">The name that the client gives itself.</param>
/// <param name="ClientHost">Where it connects from.</param>
/// <param name="Assignment">What it consumes.</param>
public sealed record GroupMemberDescription(
    string MemberId, string? GroupInstanceId, string ClientId, string ClientHost,
    IReadOnlyList<TopicPartition> Assignment);

/// <summary>A committed offset.</summary>
/// <param name="Offset">The next record to consume.</param>
/// <param name="LeaderEpoch">The epoch of the last record consumed; -1 if it is not known.</param>
/// <param name="Metadata">A note that was committed with it.</param>
public readonly record struct CommittedOffset(long Offset, int LeaderEpoch = -1, string? Metadata = null);
