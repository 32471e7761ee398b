namespace LogStore.Replicator.Protocol;

/// <summary>
/// A follower of a partition, in one leader epoch: makes its log agree with the leader's, then appends what comes, and says
/// how far it is.
/// </summary>
/// <remarks>Pure, and not thread-safe, as <see cref="LeaderReplica"/>.</remarks>
public sealed class FollowerReplica
{
    private readonly PartitionId _partition;
    private readonly IReplicaLog _log;
    private ReplicaOptions _options;
    private long _session;
    private Phase _phase;
    private bool _isLinked;
    private bool _isAskDue;
    private long _askedAt;
    private ReplicaMessage _appending;
    private long _agreedEnd; // Where the log ends by what the leader was told, and has sent since.
    private long _acknowledgedEnd;
    private long _acknowledgedFlush;
    private long _leaderHighWatermark = -1; // Not bounded by what the log has, as HighWatermark is.

    internal FollowerReplica(
        PartitionId partition, IReplicaLog log, ReplicaOptions options, PartitionState state, long session,
        long highWatermark, List<ReplicaEffect> effects)
    {
        _partition = partition;
        _log = log;
        _options = options;
        _session = session;
        LeaderId = state.Leader;
        LeaderEpoch = state.LeaderEpoch;
        HighWatermark = highWatermark;
        effects.Add(new ReplicaEffect(ReplicaEffectKind.BeginEpoch) { Offset = LeaderEpoch });
        // Who led before may still be writing what it took in its epoch.
        _phase = Phase.Changing;
        effects.Add(new ReplicaEffect(ReplicaEffectKind.Settle));
    }

    private enum Phase
    {
        /// <summary>There is no way to the leader.</summary>
        Unlinked,

        /// <summary>The leader has been asked for what follows.</summary>
        Asking,

        /// <summary>The log is being cut or emptied, or an earlier role's writes are still to end.</summary>
        Changing,

        /// <summary>Records are being appended.</summary>
        Appending,

        /// <summary>The log agrees with the leader's, and takes what comes.</summary>
        Streaming,
    }

    /// <summary>Who leads; <see cref="PartitionState.NoLeader"/> when nobody does.</summary>
    public int LeaderId { get; }

    /// <summary>The epoch that it follows in.</summary>
    public int LeaderEpoch { get; }

    /// <summary>What is known to be committed (exclusive).</summary>
    public long HighWatermark { get; private set; }

    /// <summary>
    /// How many committed records, in offsets, the log lacks by what the leader has said last; -1 while there is no way to the
    /// leader, or nothing was heard of it.
    /// </summary>
    public long Lag => _phase == Phase.Unlinked || _leaderHighWatermark < 0
        ? -1 : Math.Max(0, _leaderHighWatermark - _log.LogEndOffset);

    /// <summary>Whether the log agrees with the leader's, as far as it goes.</summary>
    public bool IsStreaming => _phase is Phase.Streaming or Phase.Appending;

    /// <summary>Whether the log is being changed, by an effect that has not been reported yet.</summary>
    internal bool IsBusy => _phase is Phase.Changing or Phase.Appending;

    /// <summary>The number of the exchange that is under way, or was last.</summary>
    internal long Session => _session;

    /// <summary>Other settings are in force.</summary>
    public void OnOptions(ReplicaOptions options, List<ReplicaEffect> effects)
    {
        _options = options;
        FlushIfNeeded(effects);
    }

    /// <summary>There is a way to the leader.</summary>
    public void OnLinkUp(int peer, long now, List<ReplicaEffect> effects)
    {
        if (peer != LeaderId) return;
        _isLinked = true;
        Ask(now, effects);
    }

    /// <summary>The way to the leader is gone.</summary>
    public void OnLinkDown(int peer)
    {
        if (peer != LeaderId) return;
        _isLinked = false;
        if (IsBusy) _isAskDue = true;
        else _phase = Phase.Unlinked;
    }

    /// <summary>A message has arrived. An <see cref="ReplicaEffectKind.Append"/> among the effects is about its records.</summary>
    /// <param name="from">The broker that it came from.</param>
    /// <param name="message">The message.</param>
    /// <param name="hasRecords">Whether records came with it.</param>
    /// <param name="now">The time, in milliseconds.</param>
    /// <param name="effects">What is to be done.</param>
    public void OnMessage(int from, in ReplicaMessage message, bool hasRecords, long now, List<ReplicaEffect> effects)
    {
        if (message.LeaderEpoch < LeaderEpoch)
        {
            // Somebody who leads no more, and may not know.
            if (message.Kind != ReplicaMessageKind.Fenced)
                effects.Add(Send(from, new(ReplicaMessageKind.Fenced, _partition, LeaderEpoch, message.Session)));
            return;
        }

        // Of a later epoch than the authority has told us of so far, the message comes too early.
        if (message.LeaderEpoch > LeaderEpoch || from != LeaderId) return;
        if (message.Kind == ReplicaMessageKind.Lead)
        {
            Ask(now, effects);
            return;
        }

        if (message.Session != _session || IsBusy || _phase == Phase.Unlinked) return;
        if (message.Kind == ReplicaMessageKind.Append)
            _leaderHighWatermark = Math.Max(_leaderHighWatermark, message.HighWatermark);
        switch (message.Kind)
        {
            case ReplicaMessageKind.Append: OnAppend(message, hasRecords, now, effects); break;
            case ReplicaMessageKind.Truncate when _phase == Phase.Asking: OnTruncate(message, effects); break;
            case ReplicaMessageKind.Reset when message.StartOffset != _log.LogEndOffset || _log.LatestEpoch >= 0:
                _phase = Phase.Changing;
                effects.Add(new ReplicaEffect(ReplicaEffectKind.Reset) { Offset = message.StartOffset });
                break;
        }
    }

    /// <summary>The records that came last are in the log.</summary>
    public void OnAppended(long now, List<ReplicaEffect> effects)
    {
        if (_phase != Phase.Appending) return;
        _phase = Phase.Streaming;
        _agreedEnd = _appending.EndOffset;
        if (_options.CommitsFlushed) effects.Add(new ReplicaEffect(ReplicaEffectKind.Flush));
        Learn(_appending, effects);
        if (_isAskDue) Ask(now, effects);
    }

    /// <summary>The records that came last were refused by the log: by a full disk, or because they are damaged.</summary>
    public void OnAppendFailed(long now)
    {
        if (_phase != Phase.Appending) return;
        // Asked again at the next tick: at once would be for ever.
        _phase = Phase.Asking;
        _session = ReplicaSession.Next(_session);
        _askedAt = now;
    }

    /// <summary>
    /// The log is at rest, and ends where it says: it was cut, emptied or waited for; or that failed, and it is as it was.
    /// </summary>
    public void OnLogAtRest(long now, List<ReplicaEffect> effects)
    {
        if (_phase != Phase.Changing) return;
        _phase = Phase.Asking;
        HighWatermark = Math.Min(HighWatermark, _log.LogEndOffset);
        FlushIfNeeded(effects);
        Ask(now, effects);
    }

    /// <summary>All messages that have arrived were told, or more of the log is durable: says how far the log is.</summary>
    public void OnDrained(List<ReplicaEffect> effects)
    {
        if (_phase != Phase.Streaming) return;
        long flushed = Math.Min(_log.FlushedOffset, _agreedEnd);
        if (_agreedEnd == _acknowledgedEnd && (flushed == _acknowledgedFlush || !_options.CommitsFlushed)) return;
        Acknowledge(effects);
    }

    /// <summary>Time has passed: asks again if nothing was heard.</summary>
    public void OnTick(long now, List<ReplicaEffect> effects)
    {
        if (_phase == Phase.Asking && now - _askedAt >= _options.RetryMs) Ask(now, effects);
    }

    private void Ask(long now, List<ReplicaEffect> effects)
    {
        // What was exchanged before is over, but only a log at rest can be described: asked once it is.
        _isAskDue = IsBusy;
        if (_isAskDue) return;
        if (!_isLinked || ReplicaSession.IsLast(_session))
        {
            _phase = Phase.Unlinked;
            return;
        }

        _phase = Phase.Asking;
        _askedAt = now;
        _session = ReplicaSession.Next(_session);
        _agreedEnd = _log.LogEndOffset;
        _acknowledgedEnd = -1;
        effects.Add(Send(LeaderId, new(ReplicaMessageKind.Follow, _partition, LeaderEpoch, _session)
        {
            LastEpoch = _log.LatestEpoch,
            StartOffset = _log.LogStartOffset,
            EndOffset = _agreedEnd,
            FlushedOffset = _log.FlushedOffset,
        }));
    }

    private void OnAppend(in ReplicaMessage message, bool hasRecords, long now, List<ReplicaEffect> effects)
    {
        long end = _agreedEnd;
        if (_log.LogEndOffset != end)
        {
            // What is there beside what was agreed on is not the leader's, wherever it has come from.
            Ask(now, effects);
        }
        else if (message.StartOffset == end && message.EndOffset >= end && hasRecords == message.EndOffset > end)
        {
            if (hasRecords)
            {
                _phase = Phase.Appending;
                _appending = message;
                effects.Add(new ReplicaEffect(ReplicaEffectKind.Append) { Message = message });
                return;
            }

            _phase = Phase.Streaming;
            _acknowledgedEnd = -1; // Perhaps the leader has missed the answer.
            Learn(message, effects);
        }
        else if (message.EndOffset <= end)
        {
            // It has come before. The answer may have been lost.
            Acknowledge(effects);
        }
        else
        {
            // Something in between was lost.
            Ask(now, effects);
        }
    }

    /// <summary>
    /// Cuts the log to where it may agree with the leader's at the most: where the epoch that the leader names ends, in the one
    /// log or in the other; where that epoch is not known here, the next earlier one (KIP-279).
    /// </summary>
    private void OnTruncate(in ReplicaMessage message, List<ReplicaEffect> effects)
    {
        (int epoch, long endOffset) = _log.EndOffsetForEpoch(message.LastEpoch);
        if (epoch == message.LastEpoch) endOffset = Math.Min(endOffset, message.EndOffset);
        _phase = Phase.Changing;
        // The logs part before this one begins. An empty log that still began there would lack what the leader has below, and
        // would go on naming the epoch that was in force.
        effects.Add(endOffset <= _log.LogStartOffset
            ? new ReplicaEffect(ReplicaEffectKind.Reset) { Offset = message.StartOffset }
            : new ReplicaEffect(ReplicaEffectKind.Truncate) { Offset = endOffset });
    }

    /// <summary>Takes in how far the leader has come.</summary>
    private void Learn(in ReplicaMessage message, List<ReplicaEffect> effects)
    {
        long committed = Math.Min(message.HighWatermark, _agreedEnd);
        if (committed > HighWatermark)
        {
            HighWatermark = committed;
            effects.Add(new ReplicaEffect(ReplicaEffectKind.HighWatermark) { Offset = committed });
        }

        if (message.LogStartOffset > _log.LogStartOffset && message.LogStartOffset <= _log.LogEndOffset)
            effects.Add(new ReplicaEffect(ReplicaEffectKind.AdvanceLogStart) { Offset = message.LogStartOffset });
    }

    /// <summary>What was appended while nobody asked for it to be durable may be all that the leader waits for.</summary>
    private void FlushIfNeeded(List<ReplicaEffect> effects)
    {
        if (_options.CommitsFlushed && _log.FlushedOffset < _log.LogEndOffset)
            effects.Add(new ReplicaEffect(ReplicaEffectKind.Flush));
    }

    private void Acknowledge(List<ReplicaEffect> effects)
    {
        (_acknowledgedEnd, _acknowledgedFlush) = (_agreedEnd, Math.Min(_log.FlushedOffset, _agreedEnd));
        effects.Add(Send(LeaderId, new(ReplicaMessageKind.Acknowledge, _partition, LeaderEpoch, _session)
        {
            EndOffset = _acknowledgedEnd,
            FlushedOffset = _acknowledgedFlush,
        }));
    }

    private static ReplicaEffect Send(int peer, ReplicaMessage message) =>
        new(ReplicaEffectKind.Send) { Peer = peer, Message = message };
}
