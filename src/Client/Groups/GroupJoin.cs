using LogStore.Client.Cluster;
using LogStore.Client.Connections;
using LogStore.KafkaProtocol.ConsumerProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Client.Groups;

/// <summary>What came of joining.</summary>
/// <param name="State">What the member is now.</param>
/// <param name="Assigned">
/// Its partitions; null if the coordinator has forgotten the member, which then begins anew.
/// </param>
internal sealed record JoinOutcome(GroupState State, List<TopicPartition>? Assigned);

/// <summary>Joins a group: JoinGroup, the assignment if this member leads, SyncGroup.</summary>
internal sealed class GroupJoin(ConsumerOptions options, ClusterClient cluster, GroupCoordination coordination)
{
    private const short SubscriptionVersion = 3;

    // What a rebalance takes beyond the time that members have for coming.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    private readonly IAssignor[] _assignors = [.. options.AssignmentStrategies.Select(AssignorTable.Create)];
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, int>? _assignedCounts;
    private TaskCompletionSource<string> _memberId = new();

    /// <summary>
    /// Whether members keep what they have while the group rebalances: only if all strategies are so.
    /// </summary>
    public bool IsCooperative => Array.TrueForAll(_assignors, each => each.IsCooperative);

    /// <summary>Whether this member led and has divided other numbers of partitions than there are now.</summary>
    public bool IsOutdated(ClusterSnapshot snapshot) =>
        Volatile.Read(
            ref _assignedCounts) is { } counts && counts.Any(each => CountOf(snapshot, each.Key) != each.Value);

    /// <summary>Joins, as often as the group begins anew meanwhile.</summary>
    /// <returns>Also without partitions once <see cref="StopAsync"/> was called.</returns>
    /// <exception cref="ClientException">The group does not take this member.</exception>
    public Task<JoinOutcome> RunAsync(
        GroupState state, IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> owned,
        CancellationToken cancellationToken)
    {
        _memberId = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Task.Run(() => JoinAsync(state, topics, owned, cancellationToken), CancellationToken.None);
    }

    /// <summary>
    /// Has joining end at its next step, and says by which id the coordinator knows the member that joins: the group waits
    /// for it until it is told that it has gone. Empty if it knows none.
    /// </summary>
    public Task<string> StopAsync(CancellationToken cancellationToken)
    {
        _stop.TrySetResult();
        return _memberId.Task.WaitAsync(cancellationToken);
    }

    private async Task<JoinOutcome> JoinAsync(
        GroupState state, IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> owned,
        CancellationToken cancellationToken)
    {
        try
        {
            return await TryUntilJoinedAsync(state, topics, owned, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _memberId.TrySetResult(""); // Unless it was given one.
        }
    }

    private async Task<JoinOutcome> TryUntilJoinedAsync(
        GroupState state, IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> owned,
        CancellationToken cancellationToken)
    {
        for (int failures = 0; ;)
        {
            if (state.MemberId.Length > 0) _memberId.TrySetResult(state.MemberId);
            if (_stop.Task.IsCompleted) return Lost();
            try
            {
                (JoinOutcome? outcome, state) = await TryJoinAsync(state, topics, owned, cancellationToken)
                    .ConfigureAwait(false);
                if (outcome is not null) return outcome;
                failures = 0;
            }
            catch (ClientException e) when (e.IsTransient)
            {
                ClientEvents.Rebalancing(cluster.Logger, coordination.GroupId, e.Message);
                TimeSpan pause = Backoff.After(++failures, options.RetryBackoff, options.RetryBackoffMax);
                await Task.WhenAny(Task.Delay(pause, options.TimeProvider, cancellationToken), _stop.Task)
                    .ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (MalformedMessageException e)
            {
                throw new ProtocolViolationException(
                    $"A member of group '{coordination.GroupId}' does not speak as consumers do: {e.Message}", e);
            }
        }
    }

    /// <summary>Joins once; no outcome means that it has to be tried again.</summary>
    private async Task<(JoinOutcome? Outcome, GroupState State)> TryJoinAsync(
        GroupState state, IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> owned,
        CancellationToken cancellationToken)
    {
        JoinGroupResponse joined = await coordination.AskAsync<JoinGroupRequest, JoinGroupResponse>(
            JoinRequest(state, topics, owned), LinkPurpose.Group, options.MaxPollInterval + Slack, cancellationToken)
            .ConfigureAwait(false);
        if (joined.ErrorCode == ErrorCode.MemberIdRequired) return (null, state with { MemberId = joined.MemberId });
        if (Loses(joined.ErrorCode)) return (Lost(), state);
        Check(joined.ErrorCode, "Joining");

        var member = new GroupState(joined.MemberId, joined.GenerationId);
        _memberId.TrySetResult(member.MemberId);
        bool isLeader = joined.Leader == joined.MemberId;
        var request = new SyncGroupRequest
        {
            GroupId = coordination.GroupId,
            GenerationId = joined.GenerationId,
            MemberId = joined.MemberId,
            GroupInstanceId = options.GroupInstanceId,
            Assignments = isLeader ? await DivideAsync(joined, cancellationToken).ConfigureAwait(false) : [],
        };
        if (!isLeader) Volatile.Write(ref _assignedCounts, null);
        SyncGroupResponse synced = await coordination.AskAsync<SyncGroupRequest, SyncGroupResponse>(
            request, LinkPurpose.Group, options.MaxPollInterval + Slack, cancellationToken).ConfigureAwait(false);
        if (synced.ErrorCode == ErrorCode.RebalanceInProgress) return (null, member);
        if (Loses(synced.ErrorCode)) return (Lost(), state);
        Check(synced.ErrorCode, "Joining");

        ClientEvents.Joined(cluster.Logger, coordination.GroupId, member.MemberId, member.Generation);
        List<TopicPartition> assigned = synced.Assignment.IsEmpty
            ? [] : Embedded.Read(VersionedFormat.Read<ConsumerAssignment>(synced.Assignment).AssignedPartitions);
        return (new JoinOutcome(member, assigned), member);
    }

    private JoinGroupRequest JoinRequest(
        GroupState state, IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> owned) => new()
        {
            GroupId = coordination.GroupId,
            MemberId = state.MemberId,
            GroupInstanceId = options.GroupInstanceId,
            SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
            RebalanceTimeoutMs = (int)options.MaxPollInterval.TotalMilliseconds,
            ProtocolType = "consumer",
            Protocols =
        [
            .. _assignors.Select(assignor => new JoinGroupRequest.Protocol
            {
                Name = assignor.Name,
                Metadata = VersionedFormat.Write(new ConsumerSubscription
                {
                    Topics = [.. topics],
                    // Whoever has given everything up for the rebalance owns nothing; a sticky strategy is told apart.
                    OwnedPartitions = IsCooperative ? Embedded.Write(owned) : [],
                    GenerationId = state.Generation,
                    UserData = assignor.WriteUserData(owned, state.Generation) is { } data
                        ? data : default(ReadOnlyMemory<byte>?),
                }, SubscriptionVersion),
            }),
        ],
        };

    /// <summary>Divides the partitions among all members, as the strategy that the group has chosen does it.</summary>
    private async Task<SyncGroupRequest.MemberAssignment[]> DivideAsync(
        JoinGroupResponse joined, CancellationToken cancellationToken)
    {
        IAssignor assignor = Array.Find(_assignors, each => each.Name == joined.ProtocolName) ??
            throw new BrokerErrorException(
                ErrorCode.InconsistentGroupProtocol, $"Leading group '{coordination.GroupId}'",
                $"the coordinator chose the strategy '{joined.ProtocolName}', which this member did not offer");
        MemberSubscription[] members = [.. joined.Members.Select(member => Read(member, assignor))];
        Array.Sort(members, MemberSubscription.Compare);

        string[] topics = [.. members.SelectMany(member => member.Topics).Distinct(StringComparer.Ordinal)];
        cluster.Track(topics);
        ClusterSnapshot snapshot = await Retry.RunAsync(
            cluster, options.ApiTimeout, token => cluster.RefreshAsync(cluster.Snapshot.Version, token),
            cancellationToken)
            .ConfigureAwait(false);
        Dictionary<string, int> counts = topics.ToDictionary(topic => topic, topic => CountOf(snapshot, topic));
        Volatile.Write(ref _assignedCounts, counts);

        var existing = counts.Where(each => each.Value > 0).ToDictionary(each => each.Key, each => each.Value);
        return
        [
            .. assignor.Assign(members, existing).Select(each => new SyncGroupRequest.MemberAssignment
            {
                MemberId = each.Key,
                Assignment = VersionedFormat.Write(
                    new ConsumerAssignment { AssignedPartitions = Embedded.Write(each.Value) }, version: 1),
            }),
        ];
    }

    private static MemberSubscription Read(in JoinGroupResponse.Member member, IAssignor assignor)
    {
        ConsumerSubscription subscription = VersionedFormat.Read<ConsumerSubscription>(member.Metadata);
        List<TopicPartition> owned = Embedded.Read(subscription.OwnedPartitions);
        int generation = subscription.GenerationId;
        if (owned.Count == 0 && subscription.UserData is { } data && assignor.ReadUserData(data) is { } told)
            (owned, generation) = told;
        return new MemberSubscription(member.MemberId, member.GroupInstanceId, subscription.Topics, owned, generation);
    }

    private static int CountOf(ClusterSnapshot snapshot, string topic) => snapshot.Find(topic)?.PartitionCount ?? 0;

    private static bool Loses(ErrorCode code) => code is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration;

    private static JoinOutcome Lost() => new(GroupState.Outside, null);

    private void Check(ErrorCode code, string what)
    {
        coordination.Note(code);
        BrokerErrorException.ThrowIfError(code, $"{what} group '{coordination.GroupId}'");
    }
}
