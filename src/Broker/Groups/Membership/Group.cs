using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Membership;

/// <summary>
/// The members of a group and their way from one generation to the next, by the rules of Kafka's classic group
/// protocol. A pure state machine: it knows no clock, no thread and no socket. Inputs are method calls that say when
/// they happen; what they lead to is left in a <see cref="GroupEffects"/>, for the owner to carry out.
/// </summary>
/// <remarks>
/// <code>
///            first join              all have joined             leader's assignment
///   Empty ──────────────► Preparing ────────────────► Completing ────────────────► Stable
///     ▲                   Rebalance ◄──────────────── Rebalance     is stored        │
///     │ nobody has joined  │  ▲       a member comes,                               │
///     └────────────────────┘  └───────goes or changes───────────────────────────────┘
/// </code>
/// Sources: KIP-62 (rebalance timeout), KIP-134 (initial delay), KIP-345 (static members), KIP-394 (member id
/// required), KIP-389 (size limit). Not thread-safe.
/// </remarks>
internal sealed partial class Group(string groupId, GroupRules rules)
{
    private const string ConsumerProtocolType = "consumer";

    // In the order in which they came, so that whatever is chosen among them is the same each time.
    private readonly OrderedDictionary<string, GroupMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GroupMember> _staticMembers = new(StringComparer.Ordinal);

    /// <summary>Ids that were given out and not yet come back with (KIP-394), and when they lapse.</summary>
    private readonly Dictionary<string, long> _pendingMembers = new(StringComparer.Ordinal);

    public string GroupId => groupId;

    public GroupState State { get; private set; } = GroupState.Empty;

    /// <summary>Since when the group is in its state, in milliseconds since 1970; -1 if it is not known.</summary>
    public long StateSinceUnixMs { get; private set; } = -1;

    /// <summary>The generation, which never goes back.</summary>
    public int Generation { get; private set; }

    /// <summary>What kind of group it is; null if it never had members.</summary>
    public string? ProtocolType { get; private set; }

    /// <summary>The assignor of the generation; null if there is none.</summary>
    public string? ProtocolName { get; private set; }

    /// <summary>The member that makes the assignment; null if there are no members.</summary>
    public string? LeaderId { get; private set; }

    /// <summary>
    /// The topics that the generation's members subscribe to; null where that cannot be known, so that any topic has to
    /// be taken for subscribed.
    /// </summary>
    public IReadOnlySet<string>? SubscribedTopics { get; private set; } = new HashSet<string>();

    public IReadOnlyCollection<GroupMember> Members => _members.Values;

    /// <summary>Whether somebody was given a member id and may come back with it.</summary>
    public bool HasPendingMembers => _pendingMembers.Count > 0;

    /// <summary>
    /// When <see cref="Expire"/> has to be called, on the monotonic clock: no later than anything can expire, perhaps
    /// earlier. <see cref="Instant.Never"/> if nothing can.
    /// </summary>
    public long NextDeadlineMs { get; private set; } = Instant.Never;

    /// <summary>Whether the members are consumers, so that their metadata can be read.</summary>
    public bool IsConsumerGroup => ProtocolType == ConsumerProtocolType;

    /// <summary>Says whether a member may go on, and that it is alive.</summary>
    public ErrorCode Heartbeat(MemberIdentity who, int generation, Instant now)
    {
        if (State == GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
        if (CheckMember(who, out GroupMember? member) is not ErrorCode.None and var refusal) return refusal;
        if (generation != Generation) return ErrorCode.IllegalGeneration;
        RestartSession(member!, now);
        return State == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>
    /// Whether offsets may be committed by <paramref name="who"/>. A commit is also a sign of life; and it is accepted
    /// while the group prepares a rebalance, since a member's last act in a generation is to commit how far it came.
    /// </summary>
    public ErrorCode CheckCommit(MemberIdentity who, int generation, Instant now)
    {
        if (State == GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
        if (generation < 0 && who == MemberIdentity.None)
            return State == GroupState.Empty ? ErrorCode.None : ErrorCode.UnknownMemberId;
        if (CheckMember(who, out GroupMember? member) is not ErrorCode.None and var refusal) return refusal;
        if (generation != Generation) return ErrorCode.IllegalGeneration;
        RestartSession(member!, now);
        // The member knows the new generation but not yet its assignment: what it commits belongs to the one before.
        return State == GroupState.CompletingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>Lets a member go: by its id, or a static one by its name alone.</summary>
    public ErrorCode Leave(MemberIdentity who, Instant now, GroupEffects effects)
    {
        if (State == GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
        if (who.InstanceId is null && _pendingMembers.Remove(who.MemberId))
        {
            TryCompleteJoin(now, effects);
            return ErrorCode.None;
        }

        if (who is { MemberId: "", InstanceId: { } instanceId } &&
            _staticMembers.TryGetValue(instanceId, out GroupMember? named))
            who = who with { MemberId = named.MemberId };
        if (CheckMember(who, out GroupMember? member) is not ErrorCode.None and var refusal) return refusal;
        Remove(member!, effects);
        AfterRemoval(now, effects);
        return ErrorCode.None;
    }

    /// <summary>Ends the group, if it has no members.</summary>
    public ErrorCode Delete(Instant now)
    {
        if (State is not GroupState.Empty)
            return State == GroupState.Dead ? ErrorCode.GroupIdNotFound : ErrorCode.NonEmptyGroup;
        Enter(GroupState.Dead, now);
        return ErrorCode.None;
    }

    /// <summary>Ends the group here, whatever its state, with an answer to everybody who waits.</summary>
    public void Unload(ErrorCode error, Instant now, GroupEffects effects)
    {
        foreach (GroupMember member in _members.Values)
        {
            member.AnswerJoin(JoinReply.Refused(error, member.MemberId), effects);
            member.AnswerSync(new SyncReply(error), effects);
        }

        Enter(GroupState.Dead, now);
    }

    private ErrorCode CheckMember(MemberIdentity who, out GroupMember? member)
    {
        if (who.InstanceId is { } instanceId)
        {
            if (!_staticMembers.TryGetValue(instanceId, out member)) return ErrorCode.UnknownMemberId;
            return member.MemberId == who.MemberId ? ErrorCode.None : ErrorCode.FencedInstanceId;
        }

        return _members.TryGetValue(who.MemberId, out member) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    private void Remove(GroupMember member, GroupEffects effects)
    {
        // A client that is still there joins anew.
        member.AnswerJoin(JoinReply.Refused(ErrorCode.UnknownMemberId, member.MemberId), effects);
        member.AnswerSync(new SyncReply(ErrorCode.UnknownMemberId), effects);
        _members.Remove(member.MemberId);
        if (member.InstanceId is { } instanceId) _staticMembers.Remove(instanceId);
        if (LeaderId == member.MemberId) LeaderId = _members.Count > 0 ? _members.GetAt(0).Key : null;
    }

    private void RestartSession(GroupMember member, Instant now)
    {
        member.RestartSession(now);
        CallNoLaterThan(member.NextDeadlineMs);
    }

    private void CallNoLaterThan(long deadlineMs) => NextDeadlineMs = Math.Min(NextDeadlineMs, deadlineMs);

    private void Enter(GroupState state, Instant now)
    {
        State = state;
        StateSinceUnixMs = now.UnixMs;
    }
}
