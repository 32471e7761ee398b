using LogStore.Client.Cluster;

namespace LogStore.Client.Groups;

/// <summary>A consumer's part in its group.</summary>
/// <remarks>
/// Joining and heartbeats go on in the background; what concerns the application — giving partitions up, taking them,
/// its listener — happens within its own calls, in <see cref="UpdateAsync"/>, so that it is never in the middle of a
/// record then.
/// </remarks>
internal sealed class GroupMembership
{
    private readonly ConsumerOptions _options;
    private readonly ClusterClient _cluster;
    private readonly GroupCoordination _coordination;
    private readonly IGroupHost _host;
    private readonly GroupJoin _join;
    private readonly HeartbeatLoop _heartbeats;
    private readonly string[] _topics;
    private readonly IRebalanceListener? _listener;
    private Task<JoinOutcome>? _joining;
    private volatile GroupState _state = GroupState.Outside;
    private volatile bool _mustJoin = true;
    private volatile bool _isLost;
    private volatile ClientException? _fatal;

    public GroupMembership(
        ConsumerOptions options, ClusterClient cluster, GroupCoordination coordination, IGroupHost host,
        IEnumerable<string> topics, IRebalanceListener? listener)
    {
        _options = options;
        _cluster = cluster;
        _coordination = coordination;
        _host = host;
        _topics = [.. topics.Distinct(StringComparer.Ordinal)];
        _listener = listener;
        _join = new GroupJoin(options, cluster, coordination);
        _heartbeats = new HeartbeatLoop(options, cluster, coordination, this);
        cluster.Track(_topics);
    }

    /// <summary>What the member is at the moment.</summary>
    public GroupState State => _state;

    /// <summary>Whether the next call that consumes has something to do for the group first.</summary>
    public bool NeedsUpdate => _mustJoin || _joining is not null || _fatal is not null;

    /// <summary>Notes that the application consumes.</summary>
    public void NotePoll() => _heartbeats.NotePoll();

    /// <summary>Has the group divide anew when there are other partitions than those that were divided.</summary>
    public void NoteMetadata(ClusterSnapshot snapshot)
    {
        if (_join.IsOutdated(snapshot)) Rejoin(isLost: false, "the topics' partitions have changed");
    }

    /// <summary>Takes note that the member has to join again.</summary>
    /// <param name="isLost">Whether its partitions may be somebody else's already.</param>
    /// <param name="reason">Why.</param>
    public void Rejoin(bool isLost, string reason)
    {
        ClientEvents.Rebalancing(_cluster.Logger, _coordination.GroupId, reason);
        if (isLost) (_isLost, _state) = (true, _state with { Generation = -1 });
        _mustJoin = true;
        _host.Wake();
    }

    /// <summary>Ends the membership for good; the next call that consumes fails.</summary>
    public void Fail(ClientException error)
    {
        _fatal = error;
        _isLost = true;
        _host.Wake();
    }

    /// <summary>
    /// Joins if that is due, and gives up or takes what the group has decided. Cancelled, it goes on at the next call.
    /// </summary>
    public async Task UpdateAsync(CancellationToken cancellationToken)
    {
        _heartbeats.BeginPoll();
        try
        {
            while (NeedsUpdate)
            {
                if (_fatal is { } fatal)
                {
                    await LoseAsync(cancellationToken).ConfigureAwait(false);
                    throw fatal;
                }

                if (_joining is null) await StartJoiningAsync(cancellationToken).ConfigureAwait(false);
                JoinOutcome outcome = await EndJoiningAsync(cancellationToken).ConfigureAwait(false);
                if (outcome.Assigned is { } assigned) await TakeAsync(assigned, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        finally
        {
            _heartbeats.EndPoll();
        }
    }

    /// <summary>Gives everything up and, unless it is a static member, tells the coordinator.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await _heartbeats.StopAsync().ConfigureAwait(false);
        IReadOnlyList<TopicPartition> owned = _host.Owned;
        if (owned.Count > 0)
        {
            if (_isLost) await LoseAsync(cancellationToken).ConfigureAwait(false);
            else await RevokeAsync(owned, [], cancellationToken).ConfigureAwait(false);
        }

        GroupState state = _state;
        _state = GroupState.Outside;
        if (_options.GroupInstanceId is not null) return;
        // Whoever is joining may be a member already that others wait for, by an id which is not in the state yet.
        if (_joining is not null)
            state = new GroupState(await _join.StopAsync(cancellationToken).ConfigureAwait(false), Generation: -1);
        if (state.MemberId.Length > 0)
            await _coordination.LeaveAsync(state, cancellationToken).ConfigureAwait(false);
    }

    private async Task StartJoiningAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<TopicPartition> owned = _host.Owned;
        if (_isLost)
        {
            await LoseAsync(cancellationToken).ConfigureAwait(false);
            owned = [];
        }
        else if (!_join.IsCooperative && owned.Count > 0)
        {
            await RevokeAsync(owned, [], cancellationToken).ConfigureAwait(false);
        }

        _mustJoin = false;
        _heartbeats.Pause();
        // Not the caller's: what the coordinator is waiting for must not end with a call's time limit.
        _joining = JoinAsync(owned);
    }

    private async Task<JoinOutcome> JoinAsync(IReadOnlyList<TopicPartition> owned)
    {
        JoinOutcome outcome = await _join.RunAsync(_state, _topics, owned, _cluster.Closing).ConfigureAwait(false);
        // Heartbeats begin with the generation, not with the call that asks for it.
        _heartbeats.Resume(outcome.State);
        return outcome;
    }

    private async Task<JoinOutcome> EndJoiningAsync(CancellationToken cancellationToken)
    {
        try
        {
            JoinOutcome outcome = await _joining!.WaitAsync(cancellationToken).ConfigureAwait(false);
            _joining = null;
            _state = outcome.State;
            if (outcome.Assigned is null) Rejoin(isLost: true, "the coordinator has forgotten the member");
            return outcome;
        }
        catch (ClientException e)
        {
            _joining = null;
            _fatal = e;
            throw;
        }
    }

    private async Task TakeAsync(List<TopicPartition> assigned, CancellationToken cancellationToken)
    {
        IReadOnlyList<TopicPartition> owned = _host.Owned;
        TopicPartition[] gone = [.. owned.Except(assigned)];
        TopicPartition[] added = [.. assigned.Except(owned)];
        if (gone.Length > 0)
        {
            await RevokeAsync(gone, [.. owned.Intersect(assigned)], cancellationToken).ConfigureAwait(false);
            // Those who are to have them get them in a generation that follows at once.
            _mustJoin = true;
        }

        _host.SetOwned(assigned);
        if (_listener is not null && (added.Length > 0 || !_join.IsCooperative))
            await _listener.OnAssignedAsync(added, cancellationToken).ConfigureAwait(false);
    }

    private async Task RevokeAsync(
        IReadOnlyList<TopicPartition> gone, IReadOnlyList<TopicPartition> kept, CancellationToken cancellationToken)
    {
        await _host.CommitBeforeRevocationAsync(cancellationToken).ConfigureAwait(false);
        if (_listener is not null) await _listener.OnRevokedAsync(gone, cancellationToken).ConfigureAwait(false);
        _host.SetOwned(kept);
    }

    private async Task LoseAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<TopicPartition> owned = _host.Owned;
        _isLost = false;
        _state = GroupState.Outside; // A static member is known by its own name.
        _host.SetOwned([]);
        if (_listener is not null && owned.Count > 0)
            await _listener.OnLostAsync(owned, cancellationToken).ConfigureAwait(false);
    }
}
