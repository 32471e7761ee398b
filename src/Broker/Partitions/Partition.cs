using LogStore.Broker.Fetching;
using LogStore.KafkaProtocol;
using LogStore.Records;

namespace LogStore.Broker.Partitions;

/// <summary>
/// One partition of which this broker has a replica, as the APIs see it. Whether the broker is alone or one of a cluster is
/// its subclasses' business: what is committed, who leads, and when an append is done.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal abstract class Partition(string topic, Guid topicId, int index, Log log)
{
    private readonly Callbacks<Partition> _leadershipChanged = new();
    private readonly Lock _gate = new();
    private IAppendWatcher[] _watchers = [];
    private volatile bool _isRetired;

    public string Topic { get; } = topic;

    public Guid TopicId { get; } = topicId;

    public int Index { get; } = index;

    /// <summary>This broker's replica. What is appended goes through <see cref="AppendAsync"/>.</summary>
    public Log Log { get; } = log;

    public long LogStartOffset => Log.LogStartOffset;

    public long LogEndOffset => Log.LogEndOffset;

    /// <summary>The epoch of the leader that this broker knows of, itself or another one.</summary>
    public abstract int LeaderEpoch { get; }

    /// <summary>The offset below which every in-sync replica has all records (exclusive): what consumers may see.</summary>
    public abstract long HighWatermark { get; }

    /// <summary>The offset below which every transaction has ended (exclusive).</summary>
    public virtual long LastStableOffset => HighWatermark;

    /// <summary>How many in-sync replicas the leader knows of, itself included.</summary>
    public abstract int InSyncReplicas { get; }

    /// <summary>
    /// How far the log's end is behind what is committed, in offsets; 0 for the leader, -1 where it is not known: nothing was
    /// heard of the leader.
    /// </summary>
    public virtual long Lag => 0;

    /// <summary>Whether this broker leads the partition.</summary>
    protected abstract bool IsLeader { get; }

    /// <summary>
    /// Whether the high watermark has reached the end that the log had when this broker began to lead: before, clients
    /// could be told of a lower one than its predecessor told them of.
    /// </summary>
    protected abstract bool IsReadable { get; }

    /// <summary><see cref="ErrorCode.NotLeaderOrFollower"/> if this broker does not lead the partition, now.</summary>
    public ErrorCode CheckLeader() => IsLeader && !_isRetired ? ErrorCode.None : ErrorCode.NotLeaderOrFollower;

    /// <summary>
    /// <see cref="ErrorCode.OffsetNotAvailable"/> while a new leader does not know yet how far its predecessor's high watermark
    /// was.
    /// </summary>
    public ErrorCode CheckReadable() => IsReadable ? ErrorCode.None : ErrorCode.OffsetNotAvailable;

    /// <summary>
    /// Appends a batch. It has its place in the log when the call returns, so that later calls come behind it; the task
    /// ends when as many replicas have it as <paramref name="acks"/> asks for.
    /// </summary>
    /// <param name="batch">The batch; its bytes must stay as they are until the task ends.</param>
    /// <param name="acks">
    /// 0: the log has taken the bytes; 1: they are in this broker's log; -1: they are committed, and there are
    /// <c>min.insync.replicas</c> of the replicas that are in sync.
    /// </param>
    /// <param name="timeout">How long the commit may take, for acks -1.</param>
    /// <exception cref="Replicator.NotLeaderException">This broker does not lead the partition, or has ceased to.</exception>
    /// <exception cref="Replicator.NotEnoughReplicasException">Too few replicas are in sync; nothing was appended.</exception>
    /// <exception cref="Replicator.NotEnoughReplicasAfterAppendException">The same, but it was appended.</exception>
    /// <exception cref="Replicator.ReplicationTimeoutException">It was appended, but not committed in time.</exception>
    /// <exception cref="LogStoreException">As <see cref="Log.AppendAsync(RecordBatch, AckWhen, CancellationToken)"/>.</exception>
    public abstract ValueTask<AppendResult> AppendAsync(RecordBatch batch, short acks, TimeSpan timeout);

    /// <summary>Deletes the records below an offset that is not above the high watermark, on all replicas in time.</summary>
    /// <returns>The first retained offset (inclusive).</returns>
    public virtual ValueTask<long> DeleteRecordsAsync(long offset) => Log.DeleteRecordsAsync(offset);

    /// <summary>Has a watcher told of everything that becomes readable from here on, and of changes of the leadership.</summary>
    public void Watch(IAppendWatcher watcher)
    {
        lock (_gate) Volatile.Write(ref _watchers, [.. _watchers, watcher]);
    }

    /// <summary>Ends <see cref="Watch"/>; a call that is under way may still come.</summary>
    public void Unwatch(IAppendWatcher watcher)
    {
        lock (_gate) Volatile.Write(ref _watchers, Array.FindAll(_watchers, other => other != watcher));
    }

    /// <summary>
    /// Has a callback told when this broker has begun or ceased to lead the partition, or leads it in a new epoch. It is told
    /// that there was a change, not what it was: whoever hears of it looks at the state, which is at least as new. Called on
    /// the thread that made the change: it must be quick, and take no lock under which others use the partition.
    /// </summary>
    public void AddLeadershipListener(Action<Partition> listener) => _leadershipChanged.Add(listener);

    /// <summary>Ends <see cref="AddLeadershipListener"/>; a call that is under way may still come.</summary>
    public void RemoveLeadershipListener(Action<Partition> listener) => _leadershipChanged.Remove(listener);

    /// <summary>Takes the partition out of service for good: it is led by nobody here, and whoever waits is woken.</summary>
    public void Retire()
    {
        if (_isRetired) return;
        _isRetired = true;
        OnRetired();
        OnLeadershipChanged();
    }

    /// <summary>Wakes all who wait, who then find what has become of the partition: the high watermark has moved.</summary>
    protected void NotifyWatchers()
    {
        foreach (IAppendWatcher watcher in Volatile.Read(ref _watchers)) watcher.OnAppended(this);
    }

    /// <summary>To be called after the leadership has changed, and is seen to have by whoever looks.</summary>
    protected void OnLeadershipChanged()
    {
        NotifyWatchers();
        _leadershipChanged.Tell(this);
    }

    /// <summary>Lets go of what it holds on to; the log belongs to whoever opened it.</summary>
    protected virtual void OnRetired()
    {
    }
}
