namespace LogStore.Replicator.Protocol;

/// <summary>
/// This broker's replica of one partition, through all leader epochs: it leads, follows, or waits for the authority to say
/// which. Only the authority changes its role.
/// </summary>
/// <remarks>
/// Pure: stepped with what has happened, it adds what it wants done to a list, in the order in which it is to be done. The
/// time is in milliseconds of any clock that does not go back. Not thread-safe.
/// </remarks>
public sealed class PartitionReplica
{
    private readonly IReplicaLog _log;
    private readonly Dictionary<int, LiveBroker> _brokers = [];
    private readonly HashSet<int> _failed = [];
    private readonly HashSet<int> _links = [];
    private readonly LiveBroker _self;
    private bool _isRoleDue;
    private long _session;

    /// <param name="partition">The partition.</param>
    /// <param name="self">This broker, in its present life.</param>
    /// <param name="log">The replica's log.</param>
    /// <param name="options">How the partition is replicated.</param>
    public PartitionReplica(PartitionId partition, LiveBroker self, IReplicaLog log, ReplicaOptions options)
    {
        Partition = partition;
        _self = self;
        _log = log;
        Options = options;
        _session = ReplicaSession.First(self.Epoch);
        HighWatermark = log.LogStartOffset;
    }

    /// <summary>The partition.</summary>
    public PartitionId Partition { get; }

    /// <summary>This broker.</summary>
    public int BrokerId => _self.BrokerId;

    /// <summary>How the partition is replicated.</summary>
    public ReplicaOptions Options { get; private set; }

    /// <summary>The authority's latest state; null before the first.</summary>
    public PartitionState? State { get; private set; }

    /// <summary>This replica as a leader; null when it does not lead.</summary>
    public LeaderReplica? Leader { get; private set; }

    /// <summary>This replica as a follower; null when it does not follow.</summary>
    public FollowerReplica? Follower { get; private set; }

    /// <summary>What is known here to be committed (exclusive).</summary>
    public long HighWatermark { get; private set; }

    /// <summary>The authority's state, or a newer one; older ones are ignored.</summary>
    public void OnState(PartitionState state, long now, List<ReplicaEffect> effects)
    {
        if (State is { } known && (state.Version <= known.Version || state.LeaderEpoch < known.LeaderEpoch)) return;
        bool isNewEpoch = State is null || state.LeaderEpoch > State.LeaderEpoch;
        State = state;
        if (isNewEpoch) _isRoleDue = true;
        else Leader?.OnState(state, now, effects);
        TakeRole(now, effects);
        Settle();
    }

    /// <summary>A broker lives, or has changed.</summary>
    public void OnBroker(LiveBroker broker, long now, List<ReplicaEffect> effects)
    {
        _brokers[broker.BrokerId] = broker;
        Leader?.OnBrokers(now, effects);
    }

    /// <summary>A broker is no longer held for alive.</summary>
    public void OnBrokerGone(int brokerId) => _brokers.Remove(brokerId);

    /// <summary>A broker can no longer serve the partition, or can again, by what it has told the authority.</summary>
    public void OnReplicaFailed(int brokerId, bool hasFailed, long now, List<ReplicaEffect> effects)
    {
        if (hasFailed) _failed.Add(brokerId);
        else _failed.Remove(brokerId);
        Leader?.OnBrokers(now, effects);
    }

    /// <summary>Other settings are in force.</summary>
    public void OnOptions(ReplicaOptions options, List<ReplicaEffect> effects)
    {
        Options = options;
        Leader?.OnOptions(options, effects);
        Follower?.OnOptions(options, effects);
        Settle();
    }

    /// <summary>There is a way to a broker.</summary>
    public void OnLinkUp(int peer, long now, List<ReplicaEffect> effects)
    {
        _links.Add(peer);
        Leader?.OnLinkUp(peer, effects);
        Follower?.OnLinkUp(peer, now, effects);
    }

    /// <summary>The way to a broker is gone, and what was on it lost.</summary>
    public void OnLinkDown(int peer)
    {
        _links.Remove(peer);
        Leader?.OnLinkDown(peer);
        Follower?.OnLinkDown(peer);
    }

    /// <summary>A message has arrived.</summary>
    public void OnMessage(int from, in ReplicaMessage message, bool hasRecords, long now, List<ReplicaEffect> effects)
    {
        Leader?.OnMessage(from, message, now, effects);
        Follower?.OnMessage(from, message, hasRecords, now, effects);
        Settle();
    }

    /// <summary>The log has grown by local appends, or more of it is durable.</summary>
    public void OnLogAdvanced(List<ReplicaEffect> effects)
    {
        Leader?.OnLogAdvanced(effects);
        Follower?.OnDrained(effects);
        Settle();
    }

    /// <summary>The records of the last <see cref="ReplicaEffectKind.Append"/> are in the log.</summary>
    public void OnAppended(long now, List<ReplicaEffect> effects)
    {
        Follower?.OnAppended(now, effects);
        TakeRole(now, effects);
        Settle();
    }

    /// <summary>The records of the last <see cref="ReplicaEffectKind.Append"/> could not be appended; none of them is in the log.</summary>
    public void OnAppendFailed(long now, List<ReplicaEffect> effects)
    {
        Follower?.OnAppendFailed(now);
        TakeRole(now, effects);
        Settle();
    }

    /// <summary>
    /// The last <see cref="ReplicaEffectKind.Settle"/>, <see cref="ReplicaEffectKind.Truncate"/> or
    /// <see cref="ReplicaEffectKind.Reset"/> is done, or has failed.
    /// </summary>
    public void OnLogAtRest(long now, List<ReplicaEffect> effects)
    {
        Follower?.OnLogAtRest(now, effects);
        // A watermark above the end was that of records which an unclean election has given up.
        HighWatermark = Math.Min(HighWatermark, _log.LogEndOffset);
        TakeRole(now, effects);
        Settle();
    }

    /// <summary>All messages that have arrived so far were told.</summary>
    public void OnDrained(List<ReplicaEffect> effects) => Follower?.OnDrained(effects);

    /// <summary>Time has passed; to be called every 100 ms or so.</summary>
    public void OnTick(long now, List<ReplicaEffect> effects)
    {
        Leader?.OnTick(now, effects);
        Follower?.OnTick(now, effects);
        Settle();
    }

    /// <summary>Begins the role of the authority's state, once the log is at rest.</summary>
    private void TakeRole(long now, List<ReplicaEffect> effects)
    {
        if (!_isRoleDue || Follower is { IsBusy: true }) return;
        _isRoleDue = false;
        Settle();
        Leader = null;
        Follower = null;
        PartitionState state = State!;
        // A broker that was elected in an earlier life must not lead: it may have lost records, and does not know which
        // changes of the in-sync set it has asked for. The authority will see that it lives anew, and elect again.
        if (state.Leader == BrokerId && state.TryGetInSync(BrokerId, out InSyncReplica elected) &&
            elected.BrokerEpoch == _self.Epoch)
        {
            Leader = new LeaderReplica(
                Partition, BrokerId, _log, Options, state, _brokers, _failed, HighWatermark, now, effects);
            return;
        }

        Follower = new FollowerReplica(Partition, _log, Options, state, _session, HighWatermark, effects);
        if (_links.Contains(state.Leader)) Follower.OnLinkUp(state.Leader, now, effects);
    }

    /// <summary>Keeps what outlives a role.</summary>
    private void Settle()
    {
        if (Leader is not null) HighWatermark = Math.Max(HighWatermark, Leader.HighWatermark);
        if (Follower is null) return;
        HighWatermark = Math.Max(HighWatermark, Follower.HighWatermark);
        _session = Follower.Session;
    }
}
