using LogStore.Broker.Diagnostics;
using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Groups.Storage;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.OffsetsTopic;

namespace LogStore.Broker.Groups.Coordination;

/// <summary>
/// A group at work: a <see cref="Group"/> and its offsets behind a lock, the requests that wait for them, and their way
/// to the log. The lock is held while a record is handed to the log, so that records are there in the order in which
/// things happened, but not until it is there.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed partial class LiveGroup : IDeadlineHolder
{
    /// <summary>What a group without members takes, in bytes.</summary>
    private const int ObjectBytes = 1024;

    private readonly Lock _gate = new();
    private readonly GroupServices _services;
    private readonly int _partition;
    private readonly Group _group;
    private readonly GroupOffsets _offsets;
    private readonly ParkedCalls<JoinReply> _joins = new();
    private readonly ParkedCalls<SyncReply> _syncs = new();
    private long _lastTicket;
    private long _calledAtMs = Instant.Never;
    private long _counted;

    /// <summary>Makes a group that nothing is known of.</summary>
    public LiveGroup(string groupId, int partition, GroupServices services)
    {
        GroupId = groupId;
        _partition = partition;
        _services = services;
        _group = new Group(groupId, services.Rules);
        _offsets = new GroupOffsets();
    }

    /// <summary>Makes a group as the log knows it.</summary>
    public LiveGroup(string groupId, int partition, GroupServices services, GroupReplay.ReplayedGroup replayed)
    {
        GroupId = groupId;
        _partition = partition;
        _services = services;
        _offsets = replayed.Offsets;
        GroupEffects effects = new();
        _group = replayed.Metadata is { } stored
            ? Group.Restore(groupId, services.Rules, stored, Now, effects)
            : new Group(groupId, services.Rules);
        lock (_gate) CarryOut(effects);
    }

    public string GroupId { get; }

    /// <summary>Whether the group has ended, so that it is to be looked up again.</summary>
    public bool IsDead
    {
        get
        {
            lock (_gate) return _group.State == GroupState.Dead;
        }
    }

    private Instant Now => _services.Clock.Now;

    /// <summary>
    /// Joins; the task ends when the next generation begins, or with <paramref name="cancellationToken"/>.
    /// </summary>
    public async Task<JoinReply> JoinAsync(JoinCall call, CancellationToken cancellationToken)
    {
        long ticket;
        Task<JoinReply> reply;
        lock (_gate)
        {
            if (CheckRoomFor(call) is not ErrorCode.None and var refusal)
            {
                CountMemory(); // It may have been made for this.
                return JoinReply.Refused(refusal, call.Member.MemberId);
            }

            ticket = ++_lastTicket;
            reply = _joins.Park(ticket);
            GroupEffects effects = new();
            _group.Join(call with { Ticket = ticket }, Now, effects);
            CarryOut(effects);
        }

        using CancellationTokenRegistration registration = AbandonWith(ticket, reply, cancellationToken);
        return await reply.ConfigureAwait(false);
    }

    /// <summary>
    /// Syncs; the task ends when there is an assignment, or with <paramref name="cancellationToken"/>.
    /// </summary>
    public async Task<SyncReply> SyncAsync(SyncCall call, CancellationToken cancellationToken)
    {
        long ticket;
        Task<SyncReply> reply;
        lock (_gate)
        {
            if (!_services.Memory.HasRoomFor(Group.GrowthBy(call))) return new SyncReply(ErrorCode.CoordinatorNotAvailable);
            ticket = ++_lastTicket;
            reply = _syncs.Park(ticket);
            GroupEffects effects = new();
            _group.Sync(call with { Ticket = ticket }, Now, effects);
            CarryOut(effects);
        }

        using CancellationTokenRegistration registration = AbandonWith(ticket, reply, cancellationToken);
        return await reply.ConfigureAwait(false);
    }

    public ErrorCode Heartbeat(MemberIdentity who, int generation)
    {
        lock (_gate)
        {
            ErrorCode error = _group.Heartbeat(who, generation, Now);
            Schedule();
            return error;
        }
    }

    /// <summary>Lets members go, and says what became of each.</summary>
    public ErrorCode[] Leave(ReadOnlySpan<MemberIdentity> members)
    {
        lock (_gate)
        {
            GroupEffects effects = new();
            ErrorCode[] errors = new ErrorCode[members.Length];
            for (int i = 0; i < members.Length; i++) errors[i] = _group.Leave(members[i], Now, effects);
            CarryOut(effects);
            return errors;
        }
    }

    /// <summary>Ends the group here, with an answer to everybody who waits.</summary>
    public void Unload(ErrorCode error)
    {
        lock (_gate)
        {
            GroupEffects effects = new();
            _group.Unload(error, Now, effects);
            CarryOut(effects);
        }
    }

    public void OnDeadline(long deadlineMs)
    {
        lock (_gate)
        {
            // A call that an earlier one has replaced.
            if (deadlineMs != _calledAtMs) return;
            _calledAtMs = Instant.Never;
            GroupEffects effects = new();
            _group.Expire(Now, effects);
            CarryOut(effects);
        }
    }

    public GroupDescription Describe()
    {
        lock (_gate) return GroupDescription.Of(_group);
    }

    /// <summary>
    /// Whether the group may have this member: its snapshot has to fit the log, and all groups their memory. One that joins
    /// again and says no more than before is not refused.
    /// </summary>
    private ErrorCode CheckRoomFor(JoinCall call)
    {
        long growth = _group.GrowthBy(call);
        return growth > 0 && _group.LeastStoredBytesWith(call) > _services.Log.MaxBatchBytes ? ErrorCode.GroupMaxSizeReached
            : _services.Memory.HasRoomFor(growth) ? ErrorCode.None
            : ErrorCode.CoordinatorNotAvailable;
    }

    private CancellationTokenRegistration AbandonWith(long ticket, Task reply, CancellationToken cancellationToken) =>
        reply.IsCompleted ? default : cancellationToken.UnsafeRegister(_ => Abandon(ticket), null);

    private void Abandon(long ticket)
    {
        lock (_gate)
        {
            if (!_joins.Cancel(ticket) && !_syncs.Cancel(ticket)) return;
            GroupEffects effects = new();
            _group.Abandon(ticket, Now, effects);
            CarryOut(effects);
        }
    }

    private void CarryOut(GroupEffects effects)
    {
        foreach ((long ticket, JoinReply reply) in effects.JoinReplies) _joins.Answer(ticket, reply);
        foreach ((long ticket, SyncReply reply) in effects.SyncReplies) _syncs.Answer(ticket, reply);
        CountMemory();
        Schedule();
        foreach ((long number, GroupMetadataValue value) in effects.Snapshots)
        {
            ValueTask<GroupAppendResult> append =
                _services.Log.AppendAsync(_partition, [GroupRecords.OfGroup(GroupId, value)]);
            _ = FinishSnapshotAsync(number, value, append);
        }
    }

    private async Task FinishSnapshotAsync(long number, GroupMetadataValue value, ValueTask<GroupAppendResult> append)
    {
        GroupAppendResult result = await append.ConfigureAwait(false);
        if (result.Error == ErrorCode.None)
            GroupEvents.Stored(_services.Logger, GroupId, value.Generation, value.Members.Length);
        else
            GroupEvents.NotStored(_services.Logger, GroupId, value.Generation, result.Error);
        lock (_gate)
        {
            GroupEffects effects = new();
            _group.SnapshotStored(number, GroupErrors.ForGroup(result.Error), Now, effects);
            CarryOut(effects);
        }
    }

    /// <summary>To be called after every change of what the group takes.</summary>
    private void CountMemory()
    {
        // A group with offsets is there because of them, as the log is because of its records.
        bool isMembersOnly = _group.State != GroupState.Dead && _offsets.Count == 0;
        long bytes = _group.Bytes + (isMembersOnly ? ObjectBytes + (sizeof(char) * GroupId.Length) : 0);
        _services.Memory.Count(bytes - _counted);
        _counted = bytes;
    }

    private void Schedule()
    {
        if (_group.NextDeadlineMs >= _calledAtMs) return;
        _calledAtMs = _group.NextDeadlineMs;
        _services.Deadlines.Add(this, _calledAtMs);
    }
}
