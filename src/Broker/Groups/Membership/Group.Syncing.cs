using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Membership;

/// <summary>From the leader's assignment to a stable generation.</summary>
internal sealed partial class Group
{
    /// <summary>The leader told to a static member that came back, by the snapshot its answer waits for.</summary>
    private readonly Dictionary<long, string> _leaderToldToStatic = [];

    private Dictionary<string, ReadOnlyMemory<byte>>? _proposedAssignment;
    private long _proposedSnapshot;
    private long _snapshotNumber;

    /// <summary>
    /// Asks for an assignment; the leader brings everyone's along. The answer is an effect, of this call or a later
    /// one.
    /// </summary>
    public void Sync(SyncCall call, Instant now, GroupEffects effects)
    {
        ErrorCode refusal = CheckSync(call, out GroupMember? member);
        if (refusal != ErrorCode.None)
        {
            effects.Refuse(call, refusal);
            return;
        }

        member!.AnswerSync(new SyncReply(ErrorCode.RebalanceInProgress), effects);
        member.OwesSync = false;
        member.SyncTicket = call.Ticket;
        if (State == GroupState.Stable)
        {
            member.AnswerSync(new SyncReply(ErrorCode.None, member.Assignment), effects);
            RestartSession(member, now);
        }
        else if (member.MemberId == LeaderId)
        {
            // Nobody is told an assignment that a restart of the broker would forget.
            _proposedAssignment = call.Assignments;
            _proposedSnapshot = ++_snapshotNumber;
            effects.Snapshots.Add((_proposedSnapshot, Snapshot(call.Assignments, now)));
        }
    }

    /// <summary>Tells that a snapshot is in the log, or why it cannot be.</summary>
    public void SnapshotStored(long number, ErrorCode error, Instant now, GroupEffects effects)
    {
        if (State == GroupState.CompletingRebalance && number == _proposedSnapshot)
        {
            if (error == ErrorCode.None) AdoptAssignment(now, effects);
            else
            {
                GiveUpAssignment(error, now, effects);
                PrepareRebalance(now, effects);
            }
        }

        if (_leaderToldToStatic.Remove(number, out string? leader)) AnswerStatic(number, leader, error, now, effects);
    }

    private void AnswerStatic(long number, string leader, ErrorCode error, Instant now, GroupEffects effects)
    {
        // In a rebalance that has begun since, the request is one to join the next generation.
        if (State != GroupState.Stable) return;
        foreach (GroupMember member in _members.Values)
        {
            if (member.JoinSnapshot != number) continue;
            if (error != ErrorCode.None) member.AnswerJoin(JoinReply.Refused(error, ""), effects);
            else AnswerWithGeneration(member, withMembers: false, effects, leader);
            RestartSession(member, now);
            return;
        }
    }

    private ErrorCode CheckSync(SyncCall call, out GroupMember? member)
    {
        member = null;
        if (State == GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
        if (CheckMember(call.Member, out member) is not ErrorCode.None and var refusal) return refusal;
        if (call.Generation != Generation) return ErrorCode.IllegalGeneration;
        return State == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    private void AdoptAssignment(Instant now, GroupEffects effects)
    {
        foreach (GroupMember member in _members.Values)
        {
            member.Assignment = _proposedAssignment!.GetValueOrDefault(member.MemberId);
            if (member.SyncTicket is null) continue;
            member.AnswerSync(new SyncReply(ErrorCode.None, member.Assignment), effects);
            RestartSession(member, now);
        }

        (_proposedAssignment, _proposedSnapshot) = (null, 0);
        Enter(GroupState.Stable, now);
    }

    private void GiveUpAssignment(ErrorCode error, Instant now, GroupEffects effects)
    {
        (_proposedAssignment, _proposedSnapshot) = (null, 0);
        foreach (GroupMember member in _members.Values)
        {
            member.Assignment = default;
            if (member.SyncTicket is null) continue;
            member.AnswerSync(new SyncReply(error), effects);
            RestartSession(member, now);
        }
    }
}
