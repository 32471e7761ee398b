using LogStore.Broker.Groups.Membership;

namespace LogStore.Broker.Groups.Coordination;

/// <summary>A group as it was at one moment, for whoever asks.</summary>
internal sealed record GroupDescription(
    GroupState State, string ProtocolType, string ProtocolName, IReadOnlyList<GroupDescription.Member> Members)
{
    /// <summary>What is said of a group that there is not.</summary>
    public static GroupDescription Dead { get; } = new(GroupState.Dead, "", "", []);

    public static GroupDescription Of(Group group)
    {
        // Before the group is stable neither the protocol nor what it made of the members' metadata is settled.
        bool isStable = group.State == GroupState.Stable;
        return new GroupDescription(
            group.State,
            group.ProtocolType ?? "",
            isStable ? group.ProtocolName ?? "" : "",
            [
                .. group.Members.Select(member => new Member(
                    member.MemberId, member.InstanceId, member.ClientId, member.ClientHost,
                    isStable ? member.MetadataOf(group.ProtocolName) : default,
                    isStable ? member.Assignment : default)),
            ]);
    }

    internal readonly record struct Member(
        string MemberId, string? InstanceId, string ClientId, string ClientHost,
        ReadOnlyMemory<byte> Metadata, ReadOnlyMemory<byte> Assignment);
}
