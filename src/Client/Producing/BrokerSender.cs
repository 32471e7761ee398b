using LogStore.Client.Connections;
using LogStore.Client.Threading;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Client.Producing;

/// <summary>
/// Sends to one broker what is ready for the partitions it leads: a loop that sleeps while nothing is.
/// </summary>
internal sealed class BrokerSender
{
    private readonly ProducerCore _core;
    private readonly WakeSignal _wake = new();
    private readonly ITimer _timer;
    private readonly Task _running;
    private volatile PartitionQueue[] _queues = [];
    private Task _lastHandled = Task.CompletedTask;
    private int _underWay;
    private int _next;
    private int _failures;
    private volatile bool _isStopped;

    public BrokerSender(int nodeId, ProducerCore core)
    {
        NodeId = nodeId;
        _core = core;
        _timer = core.Options.TimeProvider.CreateTimer(
            _ => _wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _running = Task.Run(RunAsync);
    }

    public int NodeId { get; }

    /// <summary>The partitions that the broker leads.</summary>
    public void SetQueues(PartitionQueue[] queues)
    {
        _queues = queues;
        Wake();
    }

    /// <summary>Has the loop look whether something is ready.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Ends the loop, and waits for what is under way.</summary>
    public async Task StopAsync()
    {
        _isStopped = true;
        Wake();
        await _running.ConfigureAwait(false);
        await _lastHandled.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (!_isStopped)
        {
            try
            {
                long dueAt = await SendReadyAsync().ConfigureAwait(false);
                TimeSpan pause = dueAt == long.MaxValue
                    ? Timeout.InfiniteTimeSpan : _core.Span(Math.Max(0, dueAt - _core.Now));
                _timer.Change(pause, Timeout.InfiniteTimeSpan);
            }
            catch (ClientException e)
            {
                // The broker cannot be reached. Batches wait, here or with a new leader, until they expire.
                _core.NoteUnreachable(e);
                _timer.Change(_core.Span(_core.RetryPause(++_failures)), Timeout.InfiniteTimeSpan);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                if (_isStopped || _core.IsClosing) return;
                _timer.Change(_core.Span(_core.RetryPause(++_failures)), Timeout.InfiniteTimeSpan);
            }

            await _wake.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends as many requests as are ready and allowed.</summary>
    /// <returns>When to look again; the largest number if only a signal can change something.</returns>
    private async ValueTask<long> SendReadyAsync()
    {
        while (Volatile.Read(ref _underWay) < _core.Options.MaxInFlight && _queues.Length > 0)
        {
            if (!_core.Connects(NodeId, out ValueTask<BrokerConnection> connecting)) return long.MaxValue;
            BrokerConnection connection = await connecting.ConfigureAwait(false);
            _failures = 0;
            long dueAt = long.MaxValue;
            List<(PartitionQueue Queue, ProducerBatch Batch)> batches = Collect(ref dueAt);
            if (batches.Count == 0) return dueAt;
            Send(connection, batches);
        }

        return long.MaxValue;
    }

    /// <summary>Takes one batch of each partition that has one, beginning where the last request ended.</summary>
    private List<(PartitionQueue Queue, ProducerBatch Batch)> Collect(ref long dueAt)
    {
        List<(PartitionQueue, ProducerBatch)> batches = [];
        PartitionQueue[] queues = _queues;
        long now = _core.Now;
        bool hurry = _core.IsInHurry;
        int size = 0;
        for (int i = 0; i < queues.Length; i++)
        {
            PartitionQueue queue = queues[(_next + i) % queues.Length];
            if (queue.TryTake(this, now, hurry, ref dueAt) is not { } batch) continue;
            batches.Add((queue, batch));
            size += batch.SizeInBytes;
            if (size < _core.Options.MaxRequestSize) continue;
            _next = (_next + i + 1) % queues.Length;
            break;
        }

        return batches;
    }

    private void Send(BrokerConnection connection, List<(PartitionQueue Queue, ProducerBatch Batch)> batches)
    {
        var request = new ProduceRequest
        {
            Acks = (short)_core.Options.Acks,
            TimeoutMs = (int)_core.Options.RequestTimeout.TotalMilliseconds,
            Topics =
            [
                .. batches.GroupBy(each => each.Queue.Partition.Topic, StringComparer.Ordinal)
                    .Select(topic => new ProduceRequest.Topic
                    {
                        Name = topic.Key,
                        Partitions =
                        [
                            .. topic.Select(each => new ProduceRequest.Partition
                            {
                                PartitionIndex = each.Queue.Partition.Partition,
                                Records = RecordPayload.FromBytes(each.Batch.Build()),
                            }),
                        ],
                    }),
            ],
        };
        Interlocked.Increment(ref _underWay);
        // Answers are handled one after the other, so that callbacks come in order.
        _lastHandled = HandleAsync(SendAsync(connection, request), _lastHandled, batches);
    }

    private async Task<ProduceResponse?> SendAsync(BrokerConnection connection, ProduceRequest request)
    {
        if (_core.Options.Acks == Acks.None)
        {
            await connection.SendUnansweredAsync(request).ConfigureAwait(false);
            return null;
        }

        // The broker may take its time for the replicas; what the network adds comes on top.
        return await connection
            .SendAsync<ProduceRequest, ProduceResponse>(request, _core.Options.RequestTimeout).ConfigureAwait(false);
    }

    private async Task HandleAsync(
        Task<ProduceResponse?> sending, Task earlier, List<(PartitionQueue Queue, ProducerBatch Batch)> batches)
    {
        (ErrorCode code, string? message) = (ErrorCode.None, null);
        ProduceResponse? response = null;
        try
        {
            response = await sending.ConfigureAwait(false);
        }
        catch (ClientException e)
        {
            (code, message) = (e.ErrorCode == ErrorCode.None ? ErrorCode.UnknownServerError : e.ErrorCode, e.Message);
        }
        catch (ArgumentException e)
        {
            (code, message) = (ErrorCode.InvalidRequest, e.Message);
        }

        await earlier.ConfigureAwait(false);
        Dictionary<TopicPartition, ProduceResponse.Partition>? answers = response is null ? null : Index(response);
        foreach ((PartitionQueue queue, ProducerBatch batch) in batches)
        {
            if (answers is null)
                queue.Handle(batch, code, message, baseOffset: -1, logAppendTimeMs: -1);
            else if (answers.TryGetValue(queue.Partition, out ProduceResponse.Partition answer))
                queue.Handle(batch, answer.ErrorCode, answer.ErrorMessage, answer.BaseOffset, answer.LogAppendTimeMs);
            else
                queue.Handle(batch, ErrorCode.UnknownServerError, "the broker did not mention the partition", -1, -1);
        }

        Interlocked.Decrement(ref _underWay);
        Wake();
    }

    private static Dictionary<TopicPartition, ProduceResponse.Partition> Index(ProduceResponse response)
    {
        Dictionary<TopicPartition, ProduceResponse.Partition> answers = [];
        foreach (ProduceResponse.Topic topic in response.Topics)
        {
            foreach (ProduceResponse.Partition each in topic.Partitions)
                answers[new TopicPartition(topic.Name, each.PartitionIndex)] = each;
        }

        return answers;
    }
}
