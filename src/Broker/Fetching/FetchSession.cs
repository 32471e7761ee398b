using System.Collections.Concurrent;
using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Broker.Fetching;

/// <summary>
/// The partitions that a client fetches, kept from one request to the next (KIP-227), or for a single request. Appends mark
/// their partition as ready, so that a fetch looks only at those where something can have happened.
/// </summary>
/// <remarks>One request at a time has it (<see cref="TryEnter"/>); appends come from any thread.</remarks>
internal sealed class FetchSession : IAppendWatcher, IDisposable
{
    private readonly Dictionary<TopicPartition, FetchPartition> _partitions = [];
    private readonly ConcurrentQueue<FetchPartition> _ready = new();
    private readonly Dictionary<Partition, FetchPartition> _watched = [];
    private readonly FetchWait _wait;
    private int _entered;

    public FetchSession(int id, TimeProvider clock)
    {
        Id = id;
        IsWatching = id != 0;
        _wait = new FetchWait(clock);
    }

    /// <summary>Its number; 0 for one that serves a single request.</summary>
    public int Id { get; }

    /// <summary>The number that its next request must have.</summary>
    public int NextEpoch { get; set; } = 1;

    /// <summary>When it was last used, by the clock's timestamp.</summary>
    public long LastUsed { get; set; }

    /// <summary>
    /// Whether its partitions are watched. One that serves a single request begins to only when it has to wait.
    /// </summary>
    public bool IsWatching { get; private set; }

    /// <summary>Whether answers leave out what has not changed.</summary>
    public bool IsIncremental { get; set; }

    /// <summary>How many partitions it has.</summary>
    public int Count => _partitions.Count;

    /// <summary>How many of them <see cref="FetchSessions"/> has counted, and guards.</summary>
    public int Counted { get; set; }

    /// <summary>Takes it for a request; false if another one has it.</summary>
    public bool TryEnter() => Interlocked.Exchange(ref _entered, 1) == 0;

    public void Exit() => Volatile.Write(ref _entered, 0);

    /// <summary>Adds what a request names and drops what it forgets.</summary>
    public void Update(FetchRequest request)
    {
        foreach (ref readonly FetchRequest.ForgottenTopic topic in request.ForgottenTopics.AsSpan())
        {
            foreach (int index in topic.PartitionIndexes) Remove(new TopicPartition(topic.Name, index));
        }

        foreach (ref readonly FetchRequest.Topic topic in request.Topics.AsSpan())
        {
            foreach (ref readonly FetchRequest.Partition asked in topic.Partitions.AsSpan())
            {
                TopicPartition key = new(topic.Name, asked.PartitionIndex);
                if (!_partitions.TryGetValue(key, out FetchPartition? partition))
                {
                    partition = new FetchPartition(key);
                    _partitions.Add(key, partition);
                    _ready.Enqueue(partition);
                }
                else if (partition.MarkReady())
                {
                    _ready.Enqueue(partition);
                }

                partition.FetchOffset = asked.FetchOffset;
                partition.MaxBytes = asked.MaxBytes;
                partition.LeaderEpoch = asked.CurrentLeaderEpoch;
            }
        }
    }

    /// <summary>
    /// Takes out the partitions that may have something new, in the order in which they became ready, so that a busy one
    /// does not starve the others. Each is put back by <see cref="KeepReady"/> or marked as idle.
    /// </summary>
    public void TakeReady(List<FetchPartition> ready)
    {
        while (_ready.TryDequeue(out FetchPartition? partition))
        {
            if (_partitions.TryGetValue(partition.Key, out FetchPartition? current) && current == partition) ready.Add(partition);
        }
    }

    /// <summary>Puts a partition back in line, behind the others.</summary>
    public void KeepReady(FetchPartition partition) => _ready.Enqueue(partition);

    /// <summary>
    /// Has appends mark all partitions that were found. They have to be read again after this, lest an append is missed.
    /// </summary>
    public void WatchAll()
    {
        IsWatching = true;
        foreach (FetchPartition partition in _partitions.Values)
        {
            if (partition.Served is { } served) Watch(partition, served);
            if (partition.MarkReady()) _ready.Enqueue(partition);
        }
    }

    /// <summary>As <see cref="WatchAll"/>, for one partition.</summary>
    public void Watch(FetchPartition partition, Partition served)
    {
        if (partition.Watched == served) return;
        Unwatch(partition);
        partition.Watched = served;
        lock (_watched) _watched[served] = partition;
        served.Watch(this);
    }

    /// <summary>Begins a wait: a wake-up from here on ends it.</summary>
    public void PrepareToWait() => _wait.Reset();

    /// <summary>Waits until a partition is ready, the time is up, or the broker or the connection ends.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken aborted, CancellationToken stopping) =>
        _wait.WaitAsync(time, aborted, stopping);

    public void OnAppended(Partition partition)
    {
        FetchPartition? watched;
        lock (_watched) watched = _watched.GetValueOrDefault(partition);
        if (watched is null) return;
        if (watched.MarkReady()) _ready.Enqueue(watched);
        _wait.Wake(); // Also for one that is ready: the fetch may be waiting for more of it.
    }

    public void Dispose()
    {
        foreach (FetchPartition partition in _partitions.Values) Unwatch(partition);
        _partitions.Clear();
        _wait.Dispose();
    }

    private void Remove(TopicPartition key)
    {
        if (_partitions.Remove(key, out FetchPartition? partition)) Unwatch(partition);
    }

    private void Unwatch(FetchPartition partition)
    {
        if (partition.Watched is not { } served) return;
        served.Unwatch(this);
        lock (_watched) _watched.Remove(served);
        partition.Watched = null;
    }
}
