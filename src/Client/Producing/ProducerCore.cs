using System.Collections.Concurrent;
using LogStore.Client.Cluster;
using LogStore.Client.Connections;

namespace LogStore.Client.Producing;

/// <summary>What the parts of a producer share: queues by topic, senders by broker, memory, clock.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ProducerCore : IAsyncDisposable
{
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ClusterClient _cluster;
    private readonly ConcurrentDictionary<string, TopicQueues> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<int, BrokerSender> _senders = [];
    private readonly TimeProvider _time;
    private readonly ITimer _expiry;
    private ClientException? _fatal;
    private int _flushes;
    private bool _isStopped;

    public ProducerCore(ProducerOptions options)
    {
        Options = options;
        _time = options.TimeProvider;
        Pool = new BatchPool(options);
        Linger = Ticks(options.Linger);
        DeliveryTimeout = Ticks(options.DeliveryTimeout);
        _cluster = new ClusterClient(options, options.AllowAutoCreateTopics) { Refreshed = Assign };
        Identities = new ProducerIdentitySource(_cluster, WakeAll, Fault);
        _expiry = _time.CreateTimer(_ => Expire(), null, ExpiryInterval, ExpiryInterval);
    }

    public ProducerOptions Options { get; }

    public BatchPool Pool { get; }

    public ProducerIdentitySource Identities { get; }

    /// <summary>The clock's timestamp; spans of time are in its ticks too.</summary>
    public long Now => _time.GetTimestamp();

    public long Linger { get; }

    public long DeliveryTimeout { get; }

    /// <summary>Whether the producer is being closed.</summary>
    public bool IsClosing => _cluster.Closing.IsCancellationRequested;

    /// <summary>Whether batches are sent before they are full or have lingered.</summary>
    public bool IsInHurry => Volatile.Read(ref _flushes) > 0 || Pool.Budget.IsExhausted;

    public TimeSpan Span(long ticks) => TimeSpan.FromSeconds((double)ticks / _time.TimestampFrequency);

    /// <summary>The queues of a topic, which are empty as long as its metadata is not known.</summary>
    /// <exception cref="ClientException">The producer can go on no longer.</exception>
    public TopicQueues Find(string topic)
    {
        if (Volatile.Read(ref _fatal) is { } fatal) throw fatal;
        return _topics.TryGetValue(topic, out TopicQueues? queues)
            ? queues : _topics.GetOrAdd(topic, static (name, core) => new TopicQueues(name, core), this);
    }

    /// <summary>Gets the topic's metadata and makes its queues.</summary>
    public async Task LoadAsync(string topic, CancellationToken cancellationToken)
    {
        TopicSnapshot snapshot = await _cluster.GetTopicAsync(topic, cancellationToken).ConfigureAwait(false);
        Find(topic).Update(snapshot);
        Assign(_cluster.Snapshot);
    }

    /// <summary>The broker's connection; false if the broker is not known at the moment.</summary>
    public bool Connects(int nodeId, out ValueTask<BrokerConnection> connecting)
    {
        bool isKnown = _cluster.Snapshot.Nodes.ContainsKey(nodeId);
        connecting = isKnown ? _cluster.ConnectAsync(nodeId, LinkPurpose.General, _cluster.Closing) : default;
        return isKnown;
    }

    public void Complete(PartitionQueue queue, ProducerBatch batch, long baseOffset, long logAppendTimeMs)
    {
        // Before the batch's waiters, of which a flush is one: what it waits for has been told by then.
        Options.BatchDelivered?.Invoke(new BatchDelivery(queue.Partition, baseOffset, batch.RecordCount, Error: null));
        batch.Complete(queue.Partition, baseOffset, logAppendTimeMs, _cluster.Logger);
        Pool.Return(batch);
    }

    public void Fail(PartitionQueue queue, ProducerBatch batch, ErrorCode code, string reason)
    {
        var error = new DeliveryException(queue.Partition, code, batch.MayHaveBeenAppended, reason);
        Options.BatchDelivered?.Invoke(new BatchDelivery(queue.Partition, BaseOffset: -1, batch.RecordCount, error));
        batch.Fail(error, _cluster.Logger);
        Pool.Return(batch);
    }

    public void NoteRetry(PartitionQueue queue, ErrorCode code)
    {
        ClientEvents.ProduceRetried(_cluster.Logger, queue.Partition, code);
        if (LeaderErrors.NeedsNewMetadata(code)) _cluster.RequestRefresh();
    }

    public void NoteRenewal(PartitionQueue queue) => ClientEvents.ProducerRenewed(_cluster.Logger, queue.Partition);

    public void NoteUnreachable(ClientException error)
    {
        ClientEvents.MetadataFailed(_cluster.Logger, error.Message);
        _cluster.RequestRefresh();
    }

    /// <summary>The pause after an attempt, in ticks.</summary>
    public long RetryPause(int attempts) =>
        Ticks(Backoff.After(attempts, Options.RetryBackoff, Options.RetryBackoffMax));

    /// <summary>Sends all that there is, and waits for it.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _flushes);
        try
        {
            foreach (TopicQueues topic in _topics.Values)
                await topic.Line.WhenServed().WaitAsync(cancellationToken).ConfigureAwait(false);
            List<Task> undone = [];
            foreach (TopicQueues topic in _topics.Values)
                foreach (PartitionQueue queue in topic.Partitions) queue.CollectUndone(undone);
            WakeAll();
            await Task.WhenAll(undone).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _flushes);
        }
    }

    public async ValueTask DisposeAsync()
    {
        BrokerSender[] senders;
        lock (_gate)
        {
            _isStopped = true;
            senders = [.. _senders.Values];
        }

        await _expiry.DisposeAsync().ConfigureAwait(false);
        // Closing the connections ends what is under way, and only then is its memory free.
        await _cluster.DisposeAsync().ConfigureAwait(false);
        foreach (BrokerSender sender in senders) await sender.StopAsync().ConfigureAwait(false);
        FailAll(ErrorCode.RequestTimedOut, "the producer was closed before the record was delivered");
        Pool.Dispose();
    }

    /// <summary>Gives each partition to the sender of its leader.</summary>
    private void Assign(ClusterSnapshot snapshot)
    {
        lock (_gate)
        {
            if (_isStopped) return;
            Dictionary<BrokerSender, List<PartitionQueue>> bySender = _senders.Values.ToDictionary(
                each => each, _ => new List<PartitionQueue>());
            bool isComplete = true;
            foreach ((string name, TopicQueues topic) in _topics)
            {
                if (snapshot.Find(name) is { } found) topic.Update(found);
                foreach (PartitionQueue queue in topic.Partitions)
                {
                    queue.Sender = snapshot.FindLeader(queue.Partition) is { } leader ? SenderOf(leader.NodeId) : null;
                    if (queue.Sender is not { } sender) isComplete = false;
                    else if (bySender.TryGetValue(sender, out List<PartitionQueue>? queues)) queues.Add(queue);
                    else bySender[sender] = [queue];
                }
            }

            foreach ((BrokerSender sender, List<PartitionQueue> queues) in bySender) sender.SetQueues([.. queues]);
            if (!isComplete) _cluster.RequestRefresh();
        }
    }

    private BrokerSender SenderOf(int nodeId)
    {
        if (!_senders.TryGetValue(nodeId, out BrokerSender? sender))
            _senders[nodeId] = sender = new BrokerSender(nodeId, this);
        return sender;
    }

    /// <summary>Has all senders look whether something is ready.</summary>
    public void WakeAll()
    {
        lock (_gate)
            foreach (BrokerSender sender in _senders.Values) sender.Wake();
    }

    private void Expire()
    {
        long now = Now;
        foreach (TopicQueues topic in _topics.Values)
            foreach (PartitionQueue queue in topic.Partitions) queue.Expire(now);
    }

    /// <summary>Without a producer id nothing can be sent, and asking again does not help.</summary>
    private void Fault(ClientException error)
    {
        Volatile.Write(ref _fatal, error);
        FailAll(error.ErrorCode, error.Message);
    }

    private void FailAll(ErrorCode code, string reason)
    {
        foreach (TopicQueues topic in _topics.Values)
            foreach (PartitionQueue queue in topic.Partitions) queue.Close(code, reason);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
