using System.Diagnostics;
using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Membership;

/// <summary>The way from one generation to the next.</summary>
internal sealed partial class Group
{
    /// <summary>A rebalance timeout may be next to nothing, and sessions long.</summary>
    private const int MinWaitForStaticMembersMs = 1_000;

    /// <summary>When a rebalance goes on without those who have not joined, or later not synced.</summary>
    private long _phaseDeadlineMs = Instant.Never;

    /// <summary>How much longer the initial delay may be prolonged; null when there is none.</summary>
    private long? _initialDelayLeftMs;

    private bool _someoneCameDuringInitialDelay;

    private long RebalanceTimeoutMs =>
        _members.Count == 0 ? 0 : _members.Values.Max(member => member.RebalanceTimeoutMs);

    private void PrepareRebalance(Instant now, GroupEffects effects)
    {
        Debug.Assert(State is not (GroupState.PreparingRebalance or GroupState.Dead), "There is nothing to rebalance.");
        if (State == GroupState.CompletingRebalance) GiveUpAssignment(ErrorCode.RebalanceInProgress, now, effects);
        foreach (GroupMember member in _members.Values) member.OwesSync = false;

        int delay = rules.InitialRebalanceDelayMs;
        bool isFirst = State == GroupState.Empty && delay > 0;
        _someoneCameDuringInitialDelay = false;
        _initialDelayLeftMs = isFirst ? Math.Max(RebalanceTimeoutMs - delay, 0) : null;
        Enter(GroupState.PreparingRebalance, now);
        BeginPhase(isFirst ? delay : RebalanceTimeoutMs, now);
        TryCompleteJoin(now, effects);
    }

    private void AfterRemoval(Instant now, GroupEffects effects)
    {
        if (State is GroupState.Stable or GroupState.CompletingRebalance) PrepareRebalance(now, effects);
        else TryCompleteJoin(now, effects);
    }

    /// <summary>Ends the joining if nobody is left to be waited for.</summary>
    private void TryCompleteJoin(Instant now, GroupEffects effects)
    {
        if (State != GroupState.PreparingRebalance || _pendingMembers.Count > 0) return;
        // During the initial delay everybody has joined at any time; it is others that are waited for.
        if (_initialDelayLeftMs is not null && _members.Count > 0) return;
        foreach (GroupMember member in _members.Values)
        {
            if (!member.IsJoining) return;
        }

        CompleteJoin(now, effects);
    }

    private void EndJoinPhase(Instant now, GroupEffects effects)
    {
        if (_initialDelayLeftMs is > 0 and var left && _someoneCameDuringInitialDelay)
        {
            _someoneCameDuringInitialDelay = false;
            long delay = Math.Min(rules.InitialRebalanceDelayMs, left);
            _initialDelayLeftMs = left - delay;
            BeginPhase(delay, now);
            return;
        }

        CompleteJoin(now, effects);
    }

    /// <summary>
    /// Starts the generation with those who have joined, and the static members who may yet come back.
    /// </summary>
    private void CompleteJoin(Instant now, GroupEffects effects)
    {
        GroupMember[] absent =
            [.. _members.Values.Where(member => member is { IsJoining: false, InstanceId: null })];
        foreach (GroupMember member in absent) Remove(member, effects);

        if (_members.Count > 0 && !ElectLeader())
        {
            // Static members only, and none has come back: their sessions decide.
            BeginPhase(Math.Max(RebalanceTimeoutMs, MinWaitForStaticMembersMs), now);
            return;
        }

        Generation++;
        _initialDelayLeftMs = null;
        ProtocolName = _members.Count > 0 ? SelectProtocol() : null;
        SubscribedTopics = Subscriptions.Of(this);
        if (_members.Count == 0)
        {
            EndPhase();
            Enter(GroupState.Empty, now);
            effects.Snapshots.Add((++_snapshotNumber, Snapshot()));
            return;
        }

        Enter(GroupState.CompletingRebalance, now);
        foreach (GroupMember member in _members.Values)
        {
            member.Assignment = default;
            if (!member.IsJoining) continue;
            member.OwesSync = true;
            AnswerWithGeneration(member, withMembers: member.MemberId == LeaderId, effects);
            RestartSession(member, now);
        }

        BeginPhase(RebalanceTimeoutMs, now);
    }

    /// <summary>Keeps the leader if it has joined, else chooses among those who have.</summary>
    private bool ElectLeader()
    {
        if (LeaderId is { } leader && _members[leader].IsJoining) return true;
        foreach (GroupMember member in _members.Values)
        {
            if (!member.IsJoining) continue;
            LeaderId = member.MemberId;
            return true;
        }

        return false;
    }

    /// <summary>
    /// The protocol of the next generation: of those that all members support the one that most prefer; where the votes
    /// are equal, the one that the member who came first prefers.
    /// </summary>
    private string SelectProtocol()
    {
        OrderedDictionary<string, int> votes = new(StringComparer.Ordinal);
        foreach (MemberProtocol protocol in _members.GetAt(0).Value.Protocols)
        {
            if (_members.Values.All(member => member.Supports(protocol.Name))) votes.TryAdd(protocol.Name, 0);
        }

        if (votes.Count == 0)
            throw new UnreachableException($"The members of the group '{groupId}' have no protocol in common.");
        foreach (GroupMember member in _members.Values)
            votes[member.Protocols.First(protocol => votes.ContainsKey(protocol.Name)).Name]++;
        // Of equals, the first is taken.
        return votes.MaxBy(candidate => candidate.Value).Key;
    }

    private void BeginPhase(long durationMs, Instant now)
    {
        _phaseDeadlineMs = now.After(durationMs);
        CallNoLaterThan(_phaseDeadlineMs);
    }

    private void EndPhase() => _phaseDeadlineMs = Instant.Never;
}
