using LogStore.Broker.Groups.Coordination;
using LogStore.Broker.Groups.Membership;
using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups;

/// <summary>What members ask for, and those who watch them.</summary>
internal sealed partial class GroupCoordinator
{
    /// <summary>How much of a client's name goes into its member id, in UTF-16 code units.</summary>
    private const int MaxMemberIdPrefix = 255;

    /// <summary>A member id that nobody has.</summary>
    public static string NewMemberId(string clientId, string? instanceId)
    {
        string prefix = instanceId ?? clientId;
        if (prefix.Length > MaxMemberIdPrefix)
            prefix = prefix[..(MaxMemberIdPrefix - (char.IsHighSurrogate(prefix[MaxMemberIdPrefix - 1]) ? 1 : 0))];
        return $"{prefix}-{Guid.NewGuid():D}";
    }

    /// <summary>Joins a group, and waits until its next generation begins.</summary>
    public async ValueTask<JoinReply> JoinAsync(string groupId, JoinCall call, CancellationToken cancellationToken)
    {
        ErrorCode refusal = groupId.Length == 0 ? ErrorCode.InvalidGroupId : ErrorCode.None;
        LiveGroup? group = null;
        if (refusal == ErrorCode.None) refusal = Find(groupId, out group);
        // A member has to come from a group; whoever has no id yet may be the first.
        if (refusal == ErrorCode.None && group is null)
        {
            refusal = call.Member.MemberId.Length > 0 ? ErrorCode.UnknownMemberId
                : _services.Memory.HasRoomFor(GroupMember.BytesOf(call)) ? FindOrAdd(groupId, out group)
                : ErrorCode.CoordinatorNotAvailable;
        }

        return refusal == ErrorCode.None
            ? await group!.JoinAsync(call, cancellationToken).ConfigureAwait(false)
            : JoinReply.Refused(refusal, call.Member.MemberId);
    }

    /// <summary>Asks for an assignment, and waits until there is one.</summary>
    public async ValueTask<SyncReply> SyncAsync(string groupId, SyncCall call, CancellationToken cancellationToken)
    {
        ErrorCode refusal = FindForMember(groupId, out LiveGroup? group);
        return refusal == ErrorCode.None
            ? await group!.SyncAsync(call, cancellationToken).ConfigureAwait(false)
            : new SyncReply(refusal);
    }

    public ErrorCode Heartbeat(string groupId, MemberIdentity who, int generation)
    {
        ErrorCode refusal = FindForMember(groupId, out LiveGroup? group);
        return refusal == ErrorCode.None ? group!.Heartbeat(who, generation) : refusal;
    }

    /// <summary>Lets members leave.</summary>
    /// <returns>What became of the whole, and of each member where that has no error.</returns>
    public (ErrorCode Error, ErrorCode[] Members) Leave(string groupId, MemberIdentity[] members)
    {
        ErrorCode refusal = FindForMember(groupId, out LiveGroup? group);
        if (group is not null) return (ErrorCode.None, group.Leave(members));
        ErrorCode[] errors = new ErrorCode[members.Length];
        Array.Fill(errors, refusal);
        return (refusal == ErrorCode.UnknownMemberId ? ErrorCode.None : refusal, errors);
    }

    /// <summary>The state of a group; <see cref="GroupDescription.Dead"/> if there is none.</summary>
    public ErrorCode Describe(string groupId, out GroupDescription description)
    {
        ErrorCode refusal = Find(groupId, out LiveGroup? group);
        description = group?.Describe() ?? GroupDescription.Dead;
        return refusal;
    }

    /// <summary>
    /// The groups that are coordinated here. While some are still being loaded there is an error beside those that are.
    /// </summary>
    public ErrorCode List(out List<(string GroupId, GroupDescription Group)> groups)
    {
        groups = [];
        ErrorCode error = ErrorCode.None;
        foreach (GroupPartition partition in _partitions.Values)
        {
            if (partition.Refusal == ErrorCode.CoordinatorLoadInProgress) error = ErrorCode.CoordinatorLoadInProgress;
            foreach (LiveGroup group in partition.Groups)
            {
                GroupDescription description = group.Describe();
                if (description.State != GroupState.Dead) groups.Add((group.GroupId, description));
            }
        }

        return error;
    }

    /// <summary>Deletes a group that has no members.</summary>
    public async ValueTask<ErrorCode> DeleteAsync(string groupId)
    {
        ErrorCode refusal = FindPartition(groupId, out GroupPartition? partition);
        if (refusal != ErrorCode.None) return refusal;
        return partition!.TryFind(groupId, out LiveGroup? group)
            ? await partition.DeleteAsync(group).ConfigureAwait(false)
            : ErrorCode.GroupIdNotFound;
    }

    private ErrorCode FindForMember(string groupId, out LiveGroup? group)
    {
        group = null;
        if (groupId.Length == 0) return ErrorCode.InvalidGroupId;
        ErrorCode refusal = Find(groupId, out group);
        return refusal == ErrorCode.None && group is null ? ErrorCode.UnknownMemberId : refusal;
    }
}
