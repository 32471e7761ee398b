namespace LogStore.Broker.Groups.Membership;

/// <summary>What happens because nothing does.</summary>
internal sealed partial class Group
{
    /// <summary>Does what time has come for, and sets <see cref="NextDeadlineMs"/> anew.</summary>
    public void Expire(Instant now, GroupEffects effects)
    {
        if (State == GroupState.Dead)
        {
            NextDeadlineMs = Instant.Never;
            return;
        }

        ExpirePendingMembers(now, effects);
        RemoveAll(member => member.HasExpired(now), now, effects);
        if (now.HasReached(_phaseDeadlineMs)) EndPhase(now, effects);

        NextDeadlineMs = _phaseDeadlineMs;
        foreach (GroupMember member in _members.Values) CallNoLaterThan(member.NextDeadlineMs);
        foreach (long deadline in _pendingMembers.Values) CallNoLaterThan(deadline);
    }

    private void ExpirePendingMembers(Instant now, GroupEffects effects)
    {
        foreach ((string memberId, long deadline) in _pendingMembers)
        {
            if (now.HasReached(deadline)) _pendingMembers.Remove(memberId);
        }

        TryCompleteJoin(now, effects);
    }

    private void EndPhase(Instant now, GroupEffects effects)
    {
        if (State == GroupState.PreparingRebalance)
        {
            EndJoinPhase(now, effects);
            return;
        }

        // Members that joined and then did not ask for their assignment hold partitions that nobody reads.
        EndPhase();
        RemoveAll(member => member.OwesSync, now, effects);
    }

    /// <summary>Removes members in one go, so that there is one rebalance for all of them.</summary>
    private void RemoveAll(Predicate<GroupMember> isMeant, Instant now, GroupEffects effects)
    {
        GroupMember[] removed = [.. _members.Values.Where(member => isMeant(member))];
        foreach (GroupMember member in removed) Remove(member, effects);
        if (removed.Length > 0) AfterRemoval(now, effects);
    }
}
