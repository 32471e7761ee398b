using LogStore.KafkaProtocol.OffsetsTopic;

namespace LogStore.Broker.Groups.Membership;

/// <summary>What of a group outlives the broker.</summary>
internal sealed partial class Group
{
    /// <summary>Makes the group that a snapshot was taken of. Its members' sessions begin anew.</summary>
    public static Group Restore(
        string groupId, GroupRules rules, GroupMetadataValue value, Instant now, GroupEffects effects)
    {
        var group = new Group(groupId, rules);
        group.Restore(value, now);
        // The limit may have been lowered; members that join again find out who has room.
        if (group._members.Count > rules.MaxSize) group.PrepareRebalance(now, effects);
        return group;
    }

    private void Restore(GroupMetadataValue value, Instant now)
    {
        Generation = value.Generation;
        ProtocolType = value.ProtocolType.Length > 0 ? value.ProtocolType : null;
        foreach (GroupMetadataValue.Member stored in value.Members) Restore(stored, value.Protocol ?? "", now);
        if (_members.Count > 0)
        {
            ProtocolName = value.Protocol;
            LeaderId = value.Leader is { } leader && _members.ContainsKey(leader) ? leader : _members.GetAt(0).Key;
            State = GroupState.Stable;
        }

        StateSinceUnixMs = value.CurrentStateTimestamp;
        SubscribedTopics = Subscriptions.Of(this);
    }

    private void Restore(GroupMetadataValue.Member stored, string protocolName, Instant now)
    {
        var member = new GroupMember
        {
            MemberId = stored.MemberId,
            InstanceId = stored.GroupInstanceId,
            ClientId = stored.ClientId,
            ClientHost = stored.ClientHost,
            SessionTimeoutMs = stored.SessionTimeoutMs,
            RebalanceTimeoutMs = stored.RebalanceTimeoutMs < 0 ? stored.SessionTimeoutMs : stored.RebalanceTimeoutMs,
            Protocols = [new MemberProtocol(protocolName, stored.Subscription.ToArray())],
            Assignment = stored.Assignment.ToArray(),
        };
        _members[member.MemberId] = member;
        if (member.InstanceId is { } instanceId) _staticMembers[instanceId] = member;
        RestartSession(member, now);
    }

    /// <summary>The group as it is.</summary>
    private GroupMetadataValue Snapshot() => Snapshot(
        _members.Values.ToDictionary(member => member.MemberId, member => member.Assignment), StateSinceUnixMs);

    /// <summary>The group as it will be with the leader's assignment.</summary>
    private GroupMetadataValue Snapshot(Dictionary<string, ReadOnlyMemory<byte>> assignments, Instant now) =>
        Snapshot(assignments, now.UnixMs);

    private GroupMetadataValue Snapshot(Dictionary<string, ReadOnlyMemory<byte>> assignments, long sinceUnixMs) => new()
    {
        ProtocolType = ProtocolType ?? "",
        Generation = Generation,
        Protocol = ProtocolName,
        Leader = LeaderId,
        CurrentStateTimestamp = sinceUnixMs,
        Members =
        [
            .. _members.Values.Select(member => new GroupMetadataValue.Member
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.InstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                RebalanceTimeoutMs = member.RebalanceTimeoutMs,
                SessionTimeoutMs = member.SessionTimeoutMs,
                Subscription = member.MetadataOf(ProtocolName),
                Assignment = assignments.GetValueOrDefault(member.MemberId),
            }),
        ],
    };
}
