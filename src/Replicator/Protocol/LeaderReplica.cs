using System.Collections.Immutable;

namespace LogStore.Replicator.Protocol;

/// <summary>
/// The leader of a partition, in one leader epoch: sends its log to the followers, counts how far they have come, and has
/// the authority keep the in-sync set.
/// </summary>
/// <remarks>
/// Pure: it is stepped with what has happened and the time (milliseconds, any origin, never going back), and adds to a list
/// what it wants done. Not thread-safe.
/// </remarks>
public sealed class LeaderReplica
{
    private readonly PartitionId _partition;
    private readonly int _brokerId;
    private readonly IReplicaLog _log;
    private readonly Dictionary<int, FollowerProgress> _followers = [];
    private readonly Dictionary<int, LiveBroker> _brokers;
    private readonly HashSet<int> _failed;
    private ReplicaOptions _options;
    private PartitionState _state;
    private ImmutableArray<InSyncReplica> _proposed;
    private long _proposedVersion = -1;

    internal LeaderReplica(
        PartitionId partition, int brokerId, IReplicaLog log, ReplicaOptions options, PartitionState state,
        Dictionary<int, LiveBroker> brokers, HashSet<int> failed, long highWatermark, long now, List<ReplicaEffect> effects)
    {
        _partition = partition;
        _brokerId = brokerId;
        _log = log;
        _options = options;
        _state = state;
        _brokers = brokers;
        _failed = failed;
        HighWatermark = highWatermark;
        EpochStartOffset = log.LogEndOffset;
        effects.Add(new ReplicaEffect(ReplicaEffectKind.BeginEpoch) { Offset = state.LeaderEpoch });
        AdoptReplicas(now);
        // Those who have learnt of the change earlier have asked already, in vain.
        foreach (FollowerProgress follower in _followers.Values)
            effects.Add(Send(follower.BrokerId, new(ReplicaMessageKind.Lead, partition, LeaderEpoch, 0)));
        FlushIfNeeded(effects);
        AdvanceHighWatermark(effects);
    }

    /// <summary>The epoch that it leads in.</summary>
    public int LeaderEpoch => _state.LeaderEpoch;

    /// <summary>The authority's state, as far as it is known here.</summary>
    public PartitionState State => _state;

    /// <summary>Whether a later leader epoch has been heard of: nothing may be appended any more.</summary>
    public bool IsDeposed { get; private set; }

    /// <summary>The offset below which every in-sync replica has all records (exclusive).</summary>
    public long HighWatermark { get; private set; }

    /// <summary>Where the log ended when this epoch began (exclusive).</summary>
    public long EpochStartOffset { get; }

    /// <summary>
    /// Whether the watermark is known to be no lower than that of earlier leaders: before, clients must not be told of it.
    /// </summary>
    public bool IsReadable => HighWatermark >= EpochStartOffset;

    /// <summary>Whether there are as many in-sync replicas as a commitment needs.</summary>
    public bool HasEnoughReplicas => _state.InSyncReplicas.Length >= _options.MinInsyncReplicas;

    /// <summary>How far a follower's log is known to hold what the leader's does (exclusive); -1 when nothing is known.</summary>
    public long EndOffsetOf(int brokerId) =>
        _followers.TryGetValue(brokerId, out FollowerProgress? follower) ? follower.EndOffset : -1;

    /// <summary>Other settings are in force.</summary>
    public void OnOptions(ReplicaOptions options, List<ReplicaEffect> effects)
    {
        _options = options;
        FlushIfNeeded(effects);
        AdvanceHighWatermark(effects);
    }

    /// <summary>The authority's state has changed, within this leader epoch.</summary>
    public void OnState(PartitionState state, long now, List<ReplicaEffect> effects)
    {
        if (state.Version <= _state.Version) return;
        _state = state;
        // Whatever came of the proposal, it can no longer be accepted: it named an older version.
        _proposed = default;
        _proposedVersion = -1;
        AdoptReplicas(now);
        AdvanceHighWatermark(effects);
        ProposeExpansion(now, effects);
    }

    /// <summary>Who lives, or can serve, has changed.</summary>
    public void OnBrokers(long now, List<ReplicaEffect> effects) => ProposeExpansion(now, effects);

    /// <summary>The local log has grown, or more of it is durable.</summary>
    public void OnLogAdvanced(List<ReplicaEffect> effects)
    {
        if (IsDeposed) return;
        AdvanceHighWatermark(effects);
        foreach (FollowerProgress follower in _followers.Values) SendMore(follower, effects);
    }

    /// <summary>The link to a follower is down.</summary>
    public void OnLinkDown(int peer)
    {
        if (_followers.TryGetValue(peer, out FollowerProgress? follower)) follower.Break();
    }

    /// <summary>A link to a follower is up: it may not know yet who leads.</summary>
    public void OnLinkUp(int peer, List<ReplicaEffect> effects)
    {
        if (!IsDeposed && _followers.TryGetValue(peer, out FollowerProgress? follower) && !follower.IsMatched)
            effects.Add(Send(peer, new(ReplicaMessageKind.Lead, _partition, LeaderEpoch, 0)));
    }

    /// <summary>A message of a follower has arrived.</summary>
    public void OnMessage(int from, in ReplicaMessage message, long now, List<ReplicaEffect> effects)
    {
        if (message.LeaderEpoch > LeaderEpoch)
        {
            // Somebody leads, or led, after us. What is to become of this replica, the authority says.
            IsDeposed = true;
            return;
        }

        if (IsDeposed || !_followers.TryGetValue(from, out FollowerProgress? follower)) return;
        if (message.LeaderEpoch < LeaderEpoch)
        {
            effects.Add(Send(from, new(ReplicaMessageKind.Fenced, _partition, LeaderEpoch, message.Session)));
            return;
        }

        switch (message.Kind)
        {
            case ReplicaMessageKind.Follow: OnFollow(follower, message, now, effects); break;
            case ReplicaMessageKind.Acknowledge: OnAcknowledge(follower, message, now, effects); break;
        }
    }

    /// <summary>
    /// What the next message of records to a follower is to be: one that begins where the last has ended. False: none, as the
    /// follower is gone or has everything.
    /// </summary>
    public bool TryDescribeAppend(int peer, out ReplicaMessage message)
    {
        message = default;
        if (IsDeposed || !_followers.TryGetValue(peer, out FollowerProgress? follower) || !follower.IsMatched) return false;
        if (follower.SentOffset >= _log.LogEndOffset)
        {
            follower.IsSending = false;
            return false;
        }

        message = AppendMessage(follower);
        return true;
    }

    /// <summary>
    /// Records were sent, up to an offset. More may have to follow: <see cref="TryDescribeAppend"/> is asked until it says no.
    /// </summary>
    public void OnSent(int peer, in ReplicaMessage message)
    {
        if (!_followers.TryGetValue(peer, out FollowerProgress? follower) || follower.Session != message.Session) return;
        follower.Sent(message);
    }

    /// <summary>The records that a follower lacks are no longer in the log: it has to begin anew.</summary>
    public void OnRecordsGone(int peer, List<ReplicaEffect> effects)
    {
        if (_followers.TryGetValue(peer, out FollowerProgress? follower) && follower.IsMatched) ResetFollower(follower, effects);
    }

    /// <summary>Time has passed: lets go of followers that lag, and says again what may have been lost.</summary>
    public void OnTick(long now, List<ReplicaEffect> effects)
    {
        if (IsDeposed) return;
        foreach (FollowerProgress follower in _followers.Values)
        {
            if (!follower.IsMatched)
            {
                // It may have been busy when it was told, or not have been told; by itself it asks for nothing.
                if (follower.IsToReset && now - follower.HeardAt >= _options.RetryMs) ResetFollower(follower, effects);
                continue;
            }

            bool isBehind = Reached(follower) < follower.SentOffset;
            // Nothing new, and nothing outstanding: the link says that it lives.
            if (!isBehind && follower.SentOffset >= _log.LogEndOffset) NoteTime(follower, now);
            bool isSilent = isBehind && now - follower.HeardAt >= _options.RetryMs;
            if (isSilent || follower.ToldHighWatermark < HighWatermark || follower.ToldLogStartOffset < _log.LogStartOffset)
                SendWatermark(follower, effects);
        }

        ProposeShrinking(now, effects);
        ProposeExpansion(now, effects);
    }

    private void OnFollow(FollowerProgress follower, in ReplicaMessage message, long now, List<ReplicaEffect> effects)
    {
        if (message.Session <= follower.Session) return;
        follower.Begin(message.Session);
        if (message.EndOffset < _log.LogStartOffset)
        {
            ResetFollower(follower, effects);
            return;
        }

        (int epoch, long endOffset) = message.LastEpoch < 0
            ? (-1, _log.LogEndOffset) // An empty log agrees with any, up to its end.
            : _log.EndOffsetForEpoch(message.LastEpoch);
        if (epoch == message.LastEpoch && message.EndOffset <= endOffset)
        {
            follower.Match(message.EndOffset, message.FlushedOffset);
            NoteTime(follower, now);
            AdvanceHighWatermark(effects);
            ProposeExpansion(now, effects);
            // Also when there is nothing to send: the follower learns that it is matched.
            if (!SendMore(follower, effects)) SendWatermark(follower, effects);
        }
        else if (epoch < 0)
        {
            ResetFollower(follower, effects);
        }
        else
        {
            effects.Add(Send(follower.BrokerId, new(ReplicaMessageKind.Truncate, _partition, LeaderEpoch, follower.Session)
            {
                LastEpoch = epoch,
                StartOffset = _log.LogStartOffset,
                EndOffset = endOffset,
            }));
        }
    }

    private void OnAcknowledge(FollowerProgress follower, in ReplicaMessage message, long now, List<ReplicaEffect> effects)
    {
        if (message.Session != follower.Session || !follower.IsMatched || message.EndOffset > follower.SentOffset) return;
        follower.Acknowledge(message.EndOffset, message.FlushedOffset);
        NoteTime(follower, now);
        AdvanceHighWatermark(effects);
        ProposeExpansion(now, effects);
        SendMore(follower, effects);
    }

    private void ResetFollower(FollowerProgress follower, List<ReplicaEffect> effects)
    {
        follower.Break();
        follower.IsToReset = true;
        effects.Add(Send(follower.BrokerId, new(ReplicaMessageKind.Reset, _partition, LeaderEpoch, follower.Session)
        {
            StartOffset = _log.LogStartOffset,
        }));
    }

    private bool SendMore(FollowerProgress follower, List<ReplicaEffect> effects)
    {
        if (!follower.IsMatched || follower.IsSending || follower.SentOffset >= _log.LogEndOffset) return false;
        follower.IsSending = true;
        effects.Add(new ReplicaEffect(ReplicaEffectKind.SendRecords) { Peer = follower.BrokerId });
        return true;
    }

    private void SendWatermark(FollowerProgress follower, List<ReplicaEffect> effects)
    {
        if (follower.IsSending) return; // The records will say so.
        ReplicaMessage message = AppendMessage(follower);
        follower.Sent(message);
        effects.Add(Send(follower.BrokerId, message));
    }

    private ReplicaMessage AppendMessage(FollowerProgress follower) =>
        new(ReplicaMessageKind.Append, _partition, LeaderEpoch, follower.Session)
        {
            StartOffset = follower.SentOffset,
            EndOffset = follower.SentOffset,
            HighWatermark = HighWatermark,
            LogStartOffset = _log.LogStartOffset,
        };

    /// <summary>Takes up the replicas of the authority's state, and forgets those that are no more.</summary>
    private void AdoptReplicas(long now)
    {
        foreach (int replica in _state.Replicas)
        {
            if (replica == _brokerId || _followers.ContainsKey(replica)) continue;
            FollowerProgress follower = new(replica);
            follower.Grant(now);
            _followers.Add(replica, follower);
        }

        foreach (int known in _followers.Keys)
        {
            if (!_state.Replicas.Contains(known)) _followers.Remove(known);
        }
    }

    /// <summary>
    /// The watermark follows the slowest of the in-sync replicas. While a change of the set is under way it may or may not
    /// have happened, so the members of both count; a set that is too small commits nothing, and while others that have
    /// everything are eligible because it was, nothing may be committed that they lack.
    /// </summary>
    private void AdvanceHighWatermark(List<ReplicaEffect> effects)
    {
        if (IsDeposed || !HasEnoughReplicas || !_state.Eligible.IsEmpty) return;
        if (!_proposed.IsDefault && _proposed.Length < _options.MinInsyncReplicas) return;
        long committed = _options.CommitsFlushed ? _log.FlushedOffset : _log.LogEndOffset;
        foreach (InSyncReplica replica in _state.InSyncReplicas) committed = Math.Min(committed, ReplicatedBy(replica));
        if (!_proposed.IsDefault)
        {
            foreach (InSyncReplica replica in _proposed) committed = Math.Min(committed, ReplicatedBy(replica));
        }

        if (committed <= HighWatermark) return;
        HighWatermark = committed;
        effects.Add(new ReplicaEffect(ReplicaEffectKind.HighWatermark) { Offset = committed });
    }

    private long ReplicatedBy(InSyncReplica replica)
    {
        if (replica.BrokerId == _brokerId) return long.MaxValue;
        if (!_followers.TryGetValue(replica.BrokerId, out FollowerProgress? follower)) return -1;
        return Reached(follower);
    }

    /// <summary>How far a follower has come, by what counts for a commitment (exclusive).</summary>
    private long Reached(FollowerProgress follower) => _options.CommitsFlushed ? follower.FlushedOffset : follower.EndOffset;

    private void NoteTime(FollowerProgress follower, long now) => follower.NoteTime(Reached(follower), _log.LogEndOffset, now);

    private bool IsLagging(FollowerProgress follower, long now) => now - follower.CaughtUpAt > _options.LagTimeMaxMs;

    private void ProposeShrinking(long now, List<ReplicaEffect> effects)
    {
        if (_proposedVersion >= 0) return;
        ImmutableArray<InSyncReplica> kept = _state.InSyncReplicas.RemoveAll(
            replica => _followers.TryGetValue(replica.BrokerId, out FollowerProgress? follower) && IsLagging(follower, now));
        if (kept.Length < _state.InSyncReplicas.Length) Propose(kept, effects);
    }

    /// <summary>Takes in who has all that is committed, and has had a part in this epoch; renews those of an earlier life.</summary>
    private void ProposeExpansion(long now, List<ReplicaEffect> effects)
    {
        if (_proposedVersion >= 0 || IsDeposed) return;
        ImmutableArray<InSyncReplica> members = _state.InSyncReplicas;
        foreach (FollowerProgress follower in _followers.Values)
        {
            long needed = Math.Max(HighWatermark, EpochStartOffset);
            if (!follower.IsMatched || follower.EndOffset < needed) continue;
            if (_options.CommitsFlushed && follower.FlushedOffset < needed) continue;
            // Where the watermark holds still, one that lags has all that is needed, and would be let go again at once.
            if (IsLagging(follower, now)) continue;
            if (_failed.Contains(follower.BrokerId)) continue; // The controller would only take it out again.
            // As the authority sees it, in the same life; one that is about to stop would only have to leave again.
            if (!_brokers.TryGetValue(follower.BrokerId, out LiveBroker? broker) || broker.IsStopping ||
                broker.Epoch != follower.BrokerEpoch) continue;
            InSyncReplica member = new(follower.BrokerId, follower.BrokerEpoch);
            if (!_state.TryGetInSync(follower.BrokerId, out InSyncReplica present)) members = members.Add(member);
            else if (!broker.Holds(present)) members = members.Replace(present, member);
        }

        // The same set may be enough by now: then nobody else is eligible any more.
        bool isEnough = !_state.Eligible.IsEmpty && members.Length >= _options.MinInsyncReplicas;
        if (isEnough || members != _state.InSyncReplicas) Propose(members, effects);
    }

    private void Propose(ImmutableArray<InSyncReplica> members, List<ReplicaEffect> effects)
    {
        _proposed = members;
        _proposedVersion = _state.Version;
        effects.Add(new ReplicaEffect(ReplicaEffectKind.Propose)
        {
            State = _state.WithInSync(members, _options.MinInsyncReplicas),
        });
    }

    /// <summary>What was appended while nobody asked for it to be durable is made so.</summary>
    private void FlushIfNeeded(List<ReplicaEffect> effects)
    {
        if (_options.CommitsFlushed && _log.FlushedOffset < _log.LogEndOffset)
            effects.Add(new ReplicaEffect(ReplicaEffectKind.Flush));
    }

    private static ReplicaEffect Send(int peer, ReplicaMessage message) =>
        new(ReplicaEffectKind.Send) { Peer = peer, Message = message };
}
