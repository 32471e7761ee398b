using System.Text;
using LogStore.Broker.Groups;
using LogStore.Broker.Groups.Membership;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.ConsumerProtocol;
using LogStore.KafkaProtocol.OffsetsTopic;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Support;

/// <summary>A group, a clock that moves when told to, and everything that the group has answered.</summary>
internal sealed class GroupScene
{
    public const int SessionMs = 10_000;
    public const int RebalanceMs = 60_000;

    private readonly Dictionary<long, JoinReply> _joined = [];
    private readonly Dictionary<long, SyncReply> _synced = [];
    private readonly Queue<(long Number, GroupMetadataValue Value)> _unstored = new();
    private long _nowMs = 1_000;
    private long _tickets;
    private int _memberIds;

    public GroupScene(GroupRules? rules = null)
    {
        Rules = rules ?? new GroupRules { InitialRebalanceDelayMs = 0 };
        Group = new Group("g", Rules);
    }

    /// <summary>
    /// The group as a broker that starts again finds it; <paramref name="before"/> is what went before.
    /// </summary>
    public GroupScene(GroupRules rules, GroupMetadataValue stored, GroupScene? before = null)
    {
        Rules = rules;
        if (before is not null)
        {
            (_nowMs, _tickets, _memberIds) = (before._nowMs, before._tickets, before._memberIds);
            (_joined, _synced, Stored) = (before._joined, before._synced, before.Stored);
        }

        GroupEffects effects = new();
        Group = Group.Restore("g", rules, stored, Now, effects);
        Take(effects);
    }

    public GroupRules Rules { get; }

    public Group Group { get; }

    /// <summary>Whether snapshots are stored at once, rather than by <see cref="StoreNext"/>.</summary>
    public bool StoresAtOnce { get; set; } = true;

    public List<GroupMetadataValue> Stored { get; } = [];

    /// <summary>Whether snapshots wait for <see cref="StoreNext"/>.</summary>
    public bool HasUnstored => _unstored.Count > 0;

    public Instant Now => new(_nowMs, 1_700_000_000_000 + _nowMs);

    public static MemberProtocol[] Protocols(params string[] names) =>
        [.. names.Select(name => new MemberProtocol(name, Encoding.UTF8.GetBytes($"as {name}")))];

    /// <summary>What a consumer of these topics tells its assignor.</summary>
    public static byte[] Subscription(params string[] topics) =>
        VersionedFormat.Write(new ConsumerSubscription { Topics = topics }, version: 1);

    /// <summary>Joins, and returns the ticket.</summary>
    public long Join(
        string memberId = "", string? instanceId = null, MemberProtocol[]? protocols = null, bool requiresId = false,
        int sessionMs = SessionMs, int rebalanceMs = RebalanceMs, string type = "consumer")
    {
        long ticket = ++_tickets;
        GroupEffects effects = new();
        Group.Join(
            new JoinCall
            {
                Ticket = ticket,
                Member = new MemberIdentity(memberId, instanceId),
                NewMemberId = $"{instanceId ?? "m"}-{++_memberIds}",
                RequiresKnownMemberId = requiresId,
                SessionTimeoutMs = sessionMs,
                RebalanceTimeoutMs = rebalanceMs,
                ProtocolType = type,
                Protocols = protocols ?? Protocols("range"),
            },
            Now, effects);
        Take(effects);
        return ticket;
    }

    /// <summary>Syncs, and returns the ticket.</summary>
    public long Sync(
        string memberId, int generation, string? instanceId = null, params (string Member, string Work)[] work)
    {
        long ticket = ++_tickets;
        GroupEffects effects = new();
        Group.Sync(
            new SyncCall
            {
                Ticket = ticket,
                Member = new MemberIdentity(memberId, instanceId),
                Generation = generation,
                Assignments = work.ToDictionary(
                    each => each.Member, each => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(each.Work)),
            },
            Now, effects);
        Take(effects);
        return ticket;
    }

    public ErrorCode Heartbeat(string memberId, int generation, string? instanceId = null) =>
        Group.Heartbeat(new MemberIdentity(memberId, instanceId), generation, Now);

    public ErrorCode Commit(string memberId, int generation, string? instanceId = null) =>
        Group.CheckCommit(new MemberIdentity(memberId, instanceId), generation, Now);

    public ErrorCode Leave(string memberId, string? instanceId = null)
    {
        GroupEffects effects = new();
        ErrorCode error = Group.Leave(new MemberIdentity(memberId, instanceId), Now, effects);
        Take(effects);
        return error;
    }

    public void Abandon(long ticket)
    {
        GroupEffects effects = new();
        Group.Abandon(ticket, Now, effects);
        Take(effects);
    }

    /// <summary>Moves the clock, and has everything expire at its time.</summary>
    public void Advance(long milliseconds)
    {
        long end = _nowMs + milliseconds;
        while (Group.NextDeadlineMs <= end)
        {
            _nowMs = Math.Max(_nowMs, Group.NextDeadlineMs);
            GroupEffects effects = new();
            Group.Expire(Now, effects);
            Take(effects);
        }

        _nowMs = end;
    }

    public JoinReply Joined(long ticket) =>
        _joined.TryGetValue(ticket, out JoinReply? reply) ? reply : throw new InvalidOperationException("It is parked.");

    public bool IsParked(long ticket) => !_joined.ContainsKey(ticket) && !_synced.ContainsKey(ticket);

    public ErrorCode Error(long ticket) =>
        _joined.TryGetValue(ticket, out JoinReply? reply) ? reply.Error : _synced[ticket].Error;

    /// <summary>The answer to a request to join; null if it was none.</summary>
    public JoinReply? TryJoined(long ticket) => _joined.GetValueOrDefault(ticket);

    public void Unload()
    {
        GroupEffects effects = new();
        Group.Unload(ErrorCode.CoordinatorNotAvailable, Now, effects);
        Take(effects);
    }

    /// <summary>What a member was assigned, as text.</summary>
    public string Work(long ticket) => Encoding.UTF8.GetString(_synced[ticket].Assignment.Span);

    /// <summary>Stores the oldest snapshot that is not stored yet.</summary>
    public void StoreNext(ErrorCode error = ErrorCode.None)
    {
        (long number, GroupMetadataValue value) = _unstored.Dequeue();
        if (error == ErrorCode.None) Stored.Add(value);
        GroupEffects effects = new();
        Group.SnapshotStored(number, error, Now, effects);
        Take(effects);
    }

    /// <summary>Makes a stable group of members, of which the first is the leader, and returns their ids.</summary>
    public string[] MakeStable(int members = 2, bool isStatic = false)
    {
        string[] ids = new string[members];
        for (int i = 0; i < members; i++)
        {
            // Whoever comes has the others join again.
            long newcomer = Join(instanceId: isStatic ? $"i{i}" : null);
            for (int other = 0; other < i; other++) Join(ids[other], isStatic ? $"i{other}" : null);
            ids[i] = Joined(newcomer).MemberId;
        }

        SyncAll(ids, isStatic);
        Assert.Equal(GroupState.Stable, Group.State);
        return ids;
    }

    /// <summary>Assigns <c>work of {id}</c> to each member.</summary>
    public void SyncAll(string[] ids, bool isStatic = false)
    {
        int leader = Array.IndexOf(ids, Group.LeaderId);
        Sync(
            ids[leader], Group.Generation, isStatic ? $"i{leader}" : null,
            [.. ids.Select(id => (id, $"work of {id}"))]);
        for (int i = 0; i < ids.Length; i++)
        {
            if (i != leader) Sync(ids[i], Group.Generation, isStatic ? $"i{i}" : null);
        }
    }

    private void Take(GroupEffects effects)
    {
        // Add, so that a second answer to a request fails the test.
        foreach ((long ticket, JoinReply reply) in effects.JoinReplies) _joined.Add(ticket, reply);
        foreach ((long ticket, SyncReply reply) in effects.SyncReplies) _synced.Add(ticket, reply);
        foreach ((long Number, GroupMetadataValue Value) snapshot in effects.Snapshots) _unstored.Enqueue(snapshot);
        while (StoresAtOnce && _unstored.Count > 0) StoreNext();
    }
}
