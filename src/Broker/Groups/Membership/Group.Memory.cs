namespace LogStore.Broker.Groups.Membership;

/// <summary>What the members of a group take, in memory and in the log.</summary>
internal sealed partial class Group
{
    /// <summary>What the objects of a member id that was given out take, in bytes.</summary>
    private const int PendingBytes = 256;

    /// <summary>What the members take in memory, in bytes; nothing once the group has ended.</summary>
    public long Bytes => State == GroupState.Dead
        ? 0
        : _pendingMembers.Keys.Sum(id => PendingBytes + (sizeof(char) * (long)id.Length)) +
            _members.Values.Sum(member => member.Bytes) +
            (_proposedAssignment?.Values.Sum(assignment => (long)GroupMember.BytesBeyondReserve(assignment)) ?? 0);

    /// <summary>How much more the members take once one has joined, in bytes.</summary>
    public long GrowthBy(JoinCall call) => GroupMember.BytesOf(call) - (FindMember(call.Member)?.Bytes ?? 0);

    /// <summary>How much more the members take with an assignment, in bytes.</summary>
    public static long GrowthBy(SyncCall call) =>
        call.Assignments.Values.Sum(assignment => (long)GroupMember.BytesBeyondReserve(assignment));

    /// <summary>The least that the group takes in a record once a member has joined, in bytes, whatever protocol is chosen.</summary>
    public long LeastStoredBytesWith(JoinCall call)
    {
        GroupMember? self = FindMember(call.Member);
        return GroupMember.LeastBytesOf(call.Protocols) +
            _members.Values.Sum(member => member == self ? 0 : (long)member.LeastMetadataBytes);
    }

    private GroupMember? FindMember(MemberIdentity who) => _members.GetValueOrDefault(who.MemberId) ??
        (who.InstanceId is { } instanceId ? _staticMembers.GetValueOrDefault(instanceId) : null);
}
