using LogStore.Records;
using LogStore.Replicator.Protocol;
using LogStore.Topics;

namespace LogStore.Replicator.Replicas;

/// <summary>
/// This broker's replica of one partition: its log, and the protocol that keeps it in step with the others. Steps the pure
/// protocol with what happens, and carries out what it wants.
/// </summary>
/// <remarks>
/// Thread-safe. One lock guards the protocol; nobody is told of anything under it. What a follower is sent is appended under it,
/// which may have to wait for the disk, and for the log's own threads: so these, and the ticks of all replicas, do not wait for it.
/// </remarks>
public sealed partial class Replica
{
    private const int NotLeading = -1;
    private const long NotFull = -1;

    private static readonly TimeSpan LockPatience = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly ReplicaServices _services;
    private readonly PartitionReplica _protocol;
    private readonly List<ReplicaEffect> _effects = [];
    private readonly Dictionary<int, FollowerStream> _streams = [];
    private readonly Queue<CommitWaiter> _waiters = new();
    private int _leadingEpoch = NotLeading;
    private int _leaderId = PartitionState.NoLeader;
    private int _leaderEpoch;
    private int _inSyncReplicas;
    private bool _hasEnough;
    private bool _isReadable;
    private long _highWatermark;
    private bool _isClosed;
    private Exception? _failure;
    private long _fullSince = NotFull;

    internal Replica(ReplicaServices services, Topic topic, int index, Log log, LiveBroker self)
    {
        _services = services;
        Topic = topic;
        Index = index;
        Log = log;
        _protocol = new PartitionReplica(Id, self, new LogReplica(log), services.OptionsOf(topic.Config));
        _highWatermark = log.HighWatermark = log.LogStartOffset;
        log.AddAppendListener(OnAppended);
        log.AddFlushListener(OnFlushed);
    }

    /// <summary>The topic, as it was when the replica was opened or last changed.</summary>
    public Topic Topic { get; private set; }

    /// <summary>The partition's number.</summary>
    public int Index { get; }

    /// <summary>The partition.</summary>
    public PartitionId Id => new(Topic.Id, Index);

    /// <summary>The replica's log. Only <see cref="AppendAsync"/> may append to it.</summary>
    public Log Log { get; }

    /// <summary>Whether this broker leads the partition, as far as it knows.</summary>
    public bool IsLeader => Volatile.Read(ref _leadingEpoch) != NotLeading;

    /// <summary>The broker that leads; <see cref="PartitionState.NoLeader"/> when nobody does.</summary>
    public int LeaderId => Volatile.Read(ref _leaderId);

    /// <summary>The leader epoch of the authority's latest state.</summary>
    public int LeaderEpoch => Volatile.Read(ref _leaderEpoch);

    /// <summary>The offset below which every in-sync replica has all records (exclusive), as far as it is known here.</summary>
    public long HighWatermark => Volatile.Read(ref _highWatermark);

    /// <summary>
    /// Whether <see cref="HighWatermark"/> is known to be no lower than an earlier leader's; false for a moment after each election.
    /// </summary>
    public bool IsReadable => Volatile.Read(ref _isReadable);

    /// <summary>How many replicas are in sync.</summary>
    public int InSyncReplicas => Volatile.Read(ref _inSyncReplicas);

    /// <summary>Whether that is enough to commit anything.</summary>
    public bool HasEnoughReplicas => Volatile.Read(ref _hasEnough);

    /// <summary>Why the replica cannot be used, which takes a look at the machine and a restart to change; null while it can.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether the replica can serve: its log works, and there is room for more of it.</summary>
    internal bool CanServe => Failure is null && Volatile.Read(ref _fullSince) == NotFull;

    /// <summary>How far a follower's log is known to hold what the leader's does (exclusive); -1 where nothing is known.</summary>
    public long EndOffsetOf(int brokerId)
    {
        lock (_gate) return brokerId == _protocol.BrokerId ? Log.LogEndOffset : _protocol.Leader?.EndOffsetOf(brokerId) ?? -1;
    }

    /// <summary>
    /// How many committed records, in offsets, this replica lacks as far as it knows: 0 for the leader, -1 where nothing is known.
    /// </summary>
    public long Lag
    {
        get
        {
            lock (_gate) return _protocol.Leader is not null ? 0 : _protocol.Follower?.Lag ?? -1;
        }
    }

    /// <summary>The protocol's leader, for what runs under the lock.</summary>
    internal LeaderReplica? LeaderUnderLock => _protocol.Leader;

    /// <summary>Appends a batch as the partition's leader. It has its place in the log when the call returns.</summary>
    /// <param name="batch">The caller's, unchanged until the task has ended.</param>
    /// <param name="acks">What to wait for.</param>
    /// <param name="timeout">How long to wait for the other replicas; the batch stays in the log all the same.</param>
    /// <exception cref="NotLeaderException">This broker does not lead the partition, or no longer: nothing is known of the batch.</exception>
    /// <exception cref="NotEnoughReplicasException">All are asked for, and too few are in sync; nothing was appended.</exception>
    /// <exception cref="NotEnoughReplicasAfterAppendException">The same, after the batch was appended.</exception>
    /// <exception cref="ReplicationTimeoutException">The others have not answered in time.</exception>
    /// <exception cref="LogStoreException">As <see cref="Log.AppendAsync(RecordBatch, AckWhen, CancellationToken)"/>.</exception>
    public ValueTask<AppendResult> AppendAsync(RecordBatch batch, ReplicaAcks acks, TimeSpan timeout)
    {
        int epoch = Volatile.Read(ref _leadingEpoch);
        if (epoch == NotLeading) throw NotLeader();
        if (acks != ReplicaAcks.All)
        {
            ValueTask<AppendResult> alone = Append(batch, epoch, acks == ReplicaAcks.None ? AckWhen.None : AckWhen.Appended);
            return alone.IsCompletedSuccessfully ? alone : AppendAloneAsync(alone);
        }

        if (!HasEnoughReplicas) throw new NotEnoughReplicasException(Topic.Name, Index, InSyncReplicas, Topic.Config.MinInsyncReplicas);
        ValueTask<AppendResult> append = Append(batch, epoch, AckWhen.Appended);
        return append.IsCompletedSuccessfully
            ? CommitAsync(append.Result, epoch, timeout)
            : AppendThenCommitAsync(append, epoch, timeout);
    }

    private ValueTask<AppendResult> Append(RecordBatch batch, int epoch, AckWhen ack)
    {
        try
        {
            return Log.AppendAsync(batch, epoch, ack);
        }
        catch (FencedLeaderEpochException)
        {
            // Another epoch has begun since it was looked at.
            throw NotLeader();
        }
    }

    private async ValueTask<AppendResult> AppendThenCommitAsync(ValueTask<AppendResult> append, int epoch, TimeSpan timeout) =>
        await CommitAsync(await AppendAloneAsync(append).ConfigureAwait(false), epoch, timeout).ConfigureAwait(false);

    private async ValueTask<AppendResult> AppendAloneAsync(ValueTask<AppendResult> append)
    {
        try
        {
            return await append.ConfigureAwait(false);
        }
        catch (FencedLeaderEpochException)
        {
            throw NotLeader();
        }
        catch (DiskFullException)
        {
            OnDiskFull();
            throw;
        }
    }

    private ValueTask<AppendResult> CommitAsync(in AppendResult result, int epoch, TimeSpan timeout)
    {
        if (result.NextOffset <= HighWatermark && Volatile.Read(ref _leadingEpoch) == epoch) return new(result);
        lock (_gate)
        {
            if (_leadingEpoch != epoch) return ValueTask.FromException<AppendResult>(NotLeader());
            if (result.NextOffset <= _highWatermark) return new(result);
            CommitWaiter waiter = new(result, timeout, _services.Now + (long)timeout.TotalMilliseconds);
            _waiters.Enqueue(waiter);
            return new(waiter.Task);
        }
    }

    /// <summary>The authority's state, or a newer one.</summary>
    internal void OnState(PartitionState state)
    {
        Outcome outcome;
        lock (_gate)
        {
            if (_isClosed) return;
            _protocol.OnState(state, _services.Now, _effects);
            outcome = Execute([]);
        }

        Finish(outcome);
    }

    internal void OnTopic(Topic topic)
    {
        Outcome outcome;
        lock (_gate)
        {
            if (_isClosed) return;
            Topic = topic;
            _protocol.OnOptions(_services.OptionsOf(topic.Config), _effects);
            outcome = Execute([]);
        }

        Finish(outcome);
    }

    internal void OnBroker(LiveBroker broker)
    {
        Outcome outcome;
        lock (_gate)
        {
            if (_isClosed) return;
            _protocol.OnBroker(broker, _services.Now, _effects);
            outcome = Execute([]);
        }

        Finish(outcome);
    }

    internal void OnBrokerGone(int brokerId)
    {
        lock (_gate) _protocol.OnBrokerGone(brokerId);
    }

    internal void OnReplicaFailed(int brokerId, bool hasFailed)
    {
        Outcome outcome;
        lock (_gate)
        {
            if (_isClosed) return;
            _protocol.OnReplicaFailed(brokerId, hasFailed, _services.Now, _effects);
            outcome = Execute([]);
        }

        Finish(outcome);
    }

    internal void OnLinkUp(int peer)
    {
        Outcome outcome;
        lock (_gate)
        {
            if (_isClosed) return;
            _protocol.OnLinkUp(peer, _services.Now, _effects);
            outcome = Execute([]);
        }

        Finish(outcome);
    }

    internal void OnLinkDown(int peer)
    {
        lock (_gate) _protocol.OnLinkDown(peer);
    }

    internal void OnMessage(int from, in ReplicaMessage message, ReadOnlySpan<byte> records)
    {
        Outcome outcome;
        lock (_gate)
        {
            if (_isClosed) return;
            _protocol.OnMessage(from, message, !records.IsEmpty, _services.Now, _effects);
            outcome = Execute(records);
        }

        Tell(outcome); // What is to be sent goes when all that has arrived was told.
    }

    internal void OnDrained()
    {
        Outcome outcome;
        lock (_gate)
        {
            if (_isClosed) return;
            _protocol.OnDrained(_effects);
            outcome = Execute([]);
        }

        Tell(outcome);
    }

    /// <summary>A link that was full has room again.</summary>
    internal void OnWritable(int peer)
    {
        lock (_gate)
        {
            if (!_isClosed) Pump(peer);
        }
    }

    internal void OnTick()
    {
        // One that is held up must not hold up the others; whatever is due is done at the next tick.
        if (!_gate.TryEnter()) return;
        Outcome outcome;
        try
        {
            if (_isClosed) return;
            long now = _services.Now;
            _protocol.OnTick(now, _effects);
            outcome = Execute([]);
            // They stand in the order in which they will be committed, and each has its own time: once round, and it is kept.
            for (int left = _waiters.Count; left > 0; left--)
            {
                CommitWaiter waiter = _waiters.Dequeue();
                if (waiter.Deadline > now) _waiters.Enqueue(waiter);
                else outcome.Add(waiter, new ReplicationTimeoutException(Topic.Name, Index, waiter.Timeout));
            }
        }
        finally
        {
            _gate.Exit();
        }

        Finish(outcome);
        LookForRoom();
    }

    /// <summary>Takes the replica out of service; its log is its directory's to close.</summary>
    internal void Close()
    {
        Outcome outcome = default;
        Log.RemoveAppendListener(OnAppended);
        Log.RemoveFlushListener(OnFlushed);
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            _leadingEpoch = NotLeading;
            _isReadable = false;
            outcome.IsChanged = true;
            while (_waiters.TryDequeue(out CommitWaiter? waiter)) outcome.Add(waiter, NotLeader());
            foreach (FollowerStream stream in _streams.Values) stream.Dispose();
            _streams.Clear();
        }

        Tell(outcome);
    }

    private void OnAppended()
    {
        // A follower's log grows under its lock, on the thread that holds it. One that has just ceased to lead may hold the
        // lock while it waits for its last writes to end, of which this is one: so the lock is not waited for without end.
        while (Volatile.Read(ref _leadingEpoch) != NotLeading && !TryAdvance(LockPatience))
        {
        }
    }

    private void OnFlushed()
    {
        if (!_protocol.Options.CommitsFlushed || TryAdvance(TimeSpan.Zero)) return;
        // Whoever holds the lock may be appending, and wait for maintenance that waits for this flush to end.
        ThreadPool.UnsafeQueueUserWorkItem(
            static replica => replica.TryAdvance(Timeout.InfiniteTimeSpan), this, preferLocal: false);
    }

    /// <summary>Tells the protocol that the log has grown, or more of it is durable. False: the lock was not to be had in time.</summary>
    private bool TryAdvance(TimeSpan patience)
    {
        if (!_gate.TryEnter(patience)) return false;
        Outcome outcome;
        try
        {
            if (_isClosed) return true;
            _protocol.OnLogAdvanced(_effects);
            outcome = Execute([]);
        }
        finally
        {
            _gate.Exit();
        }

        Finish(outcome);
        return true;
    }

    private NotLeaderException NotLeader() => new(Topic.Name, Index);

    private void Finish(in Outcome outcome)
    {
        _services.Links.Flush();
        Tell(outcome);
    }

    private void Tell(in Outcome outcome)
    {
        outcome.Tell();
        if (outcome.IsChanged) _services.Host.OnChanged(this);
    }

    /// <summary>Whom to tell of what a step has brought, once the lock is free.</summary>
    private struct Outcome
    {
        private CommitWaiter? _first;
        private CommitWaiter? _last;

        public bool IsChanged { get; set; }

        public void Add(CommitWaiter waiter, Exception? failure)
        {
            waiter.Decide(failure);
            if (_last is null) _first = waiter;
            else _last.Next = waiter;
            _last = waiter;
        }

        public readonly void Tell()
        {
            for (CommitWaiter? waiter = _first; waiter is not null;)
            {
                CommitWaiter told = waiter;
                waiter = waiter.Next;
                told.Tell();
            }
        }
    }
}
