using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Membership;

/// <summary>Who comes, and who comes back.</summary>
internal sealed partial class Group
{
    /// <summary>Lets a member join, or join again. The answer is an effect, of this call or of a later one.</summary>
    public void Join(JoinCall call, Instant now, GroupEffects effects)
    {
        if (State == GroupState.Dead)
        {
            effects.Refuse(call, ErrorCode.CoordinatorNotAvailable);
            return;
        }

        if (call.SessionTimeoutMs < rules.MinSessionTimeoutMs || call.SessionTimeoutMs > rules.MaxSessionTimeoutMs)
        {
            effects.Refuse(call, ErrorCode.InvalidSessionTimeout);
            return;
        }

        if (!HasRoomFor(call.Member))
        {
            // A member that finds no room when it joins again is one too many: the limit was lowered.
            if (_members.TryGetValue(call.Member.MemberId, out GroupMember? superfluous)) Remove(superfluous, effects);
            _pendingMembers.Remove(call.Member.MemberId);
            effects.Refuse(call, ErrorCode.GroupMaxSizeReached, "");
        }
        else if (!HasProtocolInCommon(call))
        {
            effects.Refuse(call, ErrorCode.InconsistentGroupProtocol);
        }
        else if (call.Member.MemberId.Length == 0)
        {
            JoinWithoutMemberId(call, now, effects);
        }
        else
        {
            JoinWithMemberId(call, now, effects);
        }

        TryCompleteJoin(now, effects);
    }

    /// <summary>Takes back a request that is parked, as its client is gone.</summary>
    public void Abandon(long ticket, Instant now, GroupEffects effects)
    {
        foreach (GroupMember member in _members.Values)
        {
            if (member.SyncTicket == ticket)
            {
                member.SyncTicket = null;
                member.OwesSync = true;
                RestartSession(member, now);
                return;
            }

            if (member.JoinTicket != ticket) continue;
            member.JoinTicket = null;
            member.JoinSnapshot = 0;
            if (member.IsAnonymous)
            {
                Remove(member, effects);
                AfterRemoval(now, effects);
            }
            else
            {
                // Its client may come back on another connection.
                member.IsNew = false;
                RestartSession(member, now);
            }

            return;
        }
    }

    private void JoinWithoutMemberId(JoinCall call, Instant now, GroupEffects effects)
    {
        if (call.Member.InstanceId is { } instanceId &&
            _staticMembers.TryGetValue(instanceId, out GroupMember? known))
        {
            ReplaceStatic(known, call, now, effects);
        }
        else if (call.RequiresKnownMemberId && call.Member.InstanceId is null)
        {
            long deadline = now.After(call.SessionTimeoutMs);
            _pendingMembers[call.NewMemberId] = deadline;
            CallNoLaterThan(deadline);
            effects.Refuse(call, ErrorCode.MemberIdRequired, call.NewMemberId);
        }
        else
        {
            Add(call.NewMemberId, isAnonymous: call.Member.InstanceId is null, call, now, effects);
        }
    }

    private void JoinWithMemberId(JoinCall call, Instant now, GroupEffects effects)
    {
        if (call.Member.InstanceId is null && _pendingMembers.Remove(call.Member.MemberId))
        {
            Add(call.Member.MemberId, isAnonymous: false, call, now, effects);
            return;
        }

        if (CheckMember(call.Member, out GroupMember? member) is not ErrorCode.None and var refusal)
        {
            effects.Refuse(call, refusal);
            return;
        }

        // A member that knows the generation already and has nothing new to say missed the answer, and gets it again.
        // The leader of a stable group is another matter: it joins again because it wants to assign anew.
        bool isLeader = LeaderId == member!.MemberId;
        bool missedTheAnswer = member.Matches(call.Protocols) &&
            (State == GroupState.CompletingRebalance || (State == GroupState.Stable && !isLeader));
        Park(member, call, now, effects);
        if (missedTheAnswer)
        {
            AnswerWithGeneration(member, isLeader && State == GroupState.CompletingRebalance, effects);
            RestartSession(member, now);
        }
        else if (State != GroupState.PreparingRebalance)
        {
            PrepareRebalance(now, effects);
        }
    }

    private void Add(string memberId, bool isAnonymous, JoinCall call, Instant now, GroupEffects effects)
    {
        var member = new GroupMember
        {
            MemberId = memberId,
            InstanceId = call.Member.InstanceId,
            IsNew = true,
            IsAnonymous = isAnonymous,
        };
        if (_members.Count == 0) ProtocolType = call.ProtocolType;
        _members.Add(memberId, member);
        if (member.InstanceId is { } instanceId) _staticMembers.Add(instanceId, member);
        LeaderId ??= memberId;
        member.BeginNewMemberWait(now, rules.NewMemberJoinTimeoutMs);
        Park(member, call, now, effects);
        CallNoLaterThan(member.NextDeadlineMs);
        if (State == GroupState.PreparingRebalance) _someoneCameDuringInitialDelay = true;
        else PrepareRebalance(now, effects);
    }

    /// <summary>
    /// Gives a static member that has come back its place under a new id; whoever uses the old one is fenced. In a
    /// stable group that is all, which is what static members are for.
    /// </summary>
    private void ReplaceStatic(GroupMember member, JoinCall call, Instant now, GroupEffects effects)
    {
        member.AnswerJoin(JoinReply.Refused(ErrorCode.FencedInstanceId, member.MemberId), effects);
        member.AnswerSync(new SyncReply(ErrorCode.FencedInstanceId), effects);
        string? formerLeader = LeaderId;
        if (LeaderId == member.MemberId) LeaderId = call.NewMemberId;
        int place = _members.IndexOf(member.MemberId);
        _members.RemoveAt(place);
        member.MemberId = call.NewMemberId;
        _members.Insert(place, call.NewMemberId, member);

        Park(member, call, now, effects);
        if (State == GroupState.PreparingRebalance) return;
        if (State != GroupState.Stable || SelectProtocol() != ProtocolName)
        {
            // The leader may be assigning to the old id just now, or the assignment is by a protocol that is outvoted.
            PrepareRebalance(now, effects);
            return;
        }

        // The new id must not be used before it would survive a restart: one that was forgotten is fenced for good. The
        // member is told the leader of before, even if that was itself: a leader would assign anew, which is for
        // nothing while the group is stable.
        member.JoinSnapshot = ++_snapshotNumber;
        _leaderToldToStatic[member.JoinSnapshot] = formerLeader ?? "";
        effects.Snapshots.Add((member.JoinSnapshot, Snapshot()));
    }

    private void Park(GroupMember member, JoinCall call, Instant now, GroupEffects effects)
    {
        // A client has one request at a time, so the one before came over a connection that it has given up.
        member.AnswerJoin(JoinReply.Refused(ErrorCode.RebalanceInProgress, member.MemberId), effects);
        member.Update(call);
        member.JoinTicket = call.Ticket;
        if (!member.IsNew) RestartSession(member, now);
    }

    private void AnswerWithGeneration(
        GroupMember member, bool withMembers, GroupEffects effects, string? leader = null) =>
        member.AnswerJoin(
            new JoinReply
            {
                MemberId = member.MemberId,
                Generation = Generation,
                ProtocolName = ProtocolName ?? "",
                LeaderId = leader ?? LeaderId ?? "",
                Members = withMembers
                    ? [.. _members.Values.Select(each =>
                        new JoinReply.Member(each.MemberId, each.InstanceId, each.MetadataOf(ProtocolName)))]
                    : [],
            },
            effects);

    /// <summary>
    /// Whether the size limit admits a member. In a rebalance those who have joined are counted, not those who were
    /// there: so a group that is too large, since the limit was lowered, shrinks.
    /// </summary>
    private bool HasRoomFor(MemberIdentity who)
    {
        GroupMember? known = FindMember(who);
        return State switch
        {
            GroupState.PreparingRebalance =>
                known is { IsJoining: true } || _members.Values.Count(member => member.IsJoining) < rules.MaxSize,
            GroupState.CompletingRebalance or GroupState.Stable => known is not null || _members.Count < rules.MaxSize,
            _ => rules.MaxSize > 0,
        };
    }

    /// <summary>Whether the others in the group could work with one of the protocols.</summary>
    private bool HasProtocolInCommon(JoinCall call)
    {
        if (call.ProtocolType.Length == 0 || call.Protocols.Length == 0) return false;
        GroupMember? self = FindMember(call.Member);
        if (_members.Count == 0) return true;
        if (call.ProtocolType != ProtocolType) return false;
        return call.Protocols.Any(protocol =>
            _members.Values.All(member => member == self || member.Supports(protocol.Name)));
    }
}
