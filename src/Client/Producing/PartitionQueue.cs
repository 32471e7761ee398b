namespace LogStore.Client.Producing;

/// <summary>
/// The batches of one partition: one that takes records, those that wait to be sent, those under way.
/// </summary>
/// <remarks>
/// Thread-safe. The broker takes an idempotent producer's batches only in the order of their sequence numbers, so a
/// batch keeps its number through all attempts. When a number is lost for good, because its batch failed, the queue
/// waits for what is under way and then goes on under a new producer id; batches that may have been appended under the
/// old one are failed rather than risked twice.
/// </remarks>
internal sealed partial class PartitionQueue(TopicPartition partition, ProducerCore core)
{
    // What the broker remembers of a producer's last batches, to recognise repetitions.
    private const int MaxOutstanding = 5;

    private readonly Lock _gate = new();
    private readonly List<ProducerBatch> _waiting = [];
    private readonly List<ProducerBatch> _underWay = [];
    private int _ending;
    private TaskCompletionSource? _ended;
    private ProducerIdentity? _identity;
    private ProducerIdentity? _abandoned;
    private int _nextSequence;
    private long _nextOrder;
    private bool _isBroken;
    private bool _isClosed;
    private volatile BrokerSender? _sender;

    public TopicPartition Partition => partition;

    /// <summary>The sender of the partition's leader; null while there is none.</summary>
    public BrokerSender? Sender
    {
        get => _sender;
        set => _sender = value;
    }

    /// <summary>Appends a record.</summary>
    /// <param name="mayStart">Whether a new batch may be started.</param>
    /// <param name="recordBytes">What the record takes at most.</param>
    /// <exception cref="RecordTooLargeException">It exceeds <see cref="ProducerOptions.MaxRequestSize"/>.</exception>
    public AppendOutcome TryAppend(
        bool mayStart, int recordBytes, long timestampMs, NullableBytes key, NullableBytes value,
        ReadOnlySpan<RecordHeader> headers, object? target, object? state)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(Producer));
            ProducerBatch? last = _waiting.Count > 0 ? _waiting[^1] : null;
            if (last is { IsSealed: false })
            {
                // A builder takes a record that no batch of its size can hold for a mistake.
                if (recordBytes <= core.Options.BatchSize &&
                    last.TryAppend(timestampMs, key, value, headers, target, state))
                    return AppendOutcome.Appended;
                last.IsSealed = true;
                _sender?.Wake();
            }

            if (!mayStart) return AppendOutcome.NeedsNewBatch;
            if (core.Pool.TryTake(recordBytes) is not { } batch) return AppendOutcome.NoMemory;
            Start(batch, recordBytes, timestampMs, key, value, headers, target, state);
        }

        _sender?.Wake();
        return AppendOutcome.Appended;
    }

    /// <summary>Takes the batch that is to be sent next.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="now">The clock's timestamp.</param>
    /// <param name="hurry">Whether batches are sent before they are full or have lingered.</param>
    /// <param name="dueAt">Lowered to when to look again, if there is nothing now.</param>
    public ProducerBatch? TryTake(BrokerSender sender, long now, bool hurry, ref long dueAt)
    {
        List<ProducerBatch>? failed = null;
        ProducerBatch? batch;
        lock (_gate)
        {
            if (_waiting.Count == 0 || _sender != sender) return null;
            if (_isBroken && !TryRepair(ref failed)) return null;
            batch = TryTakeFirst(sender, now, hurry, ref dueAt);
        }

        Fail(failed, ErrorCode.OutOfOrderSequenceNumber, "an earlier batch was lost, and the answer to this one too");
        return batch;
    }

    /// <summary>The tasks of all batches that are not done yet.</summary>
    public void CollectUndone(List<Task> tasks)
    {
        lock (_gate)
        {
            foreach (ProducerBatch batch in _waiting) tasks.Add(batch.WhenDone());
            foreach (ProducerBatch batch in _underWay) tasks.Add(batch.WhenDone());
            if (_ending == 0) return;
            // Their outcome is known, but those who wait for it may not have been told yet.
            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            tasks.Add(_ended.Task);
        }
    }

    /// <summary>Ends batches that wait for longer than they may.</summary>
    public void Expire(long now)
    {
        List<ProducerBatch>? expired = null;
        lock (_gate)
        {
            for (int i = _waiting.Count - 1; i >= 0; i--)
            {
                ProducerBatch batch = _waiting[i];
                if (now - batch.CreatedAt < core.DeliveryTimeout) continue;
                if (batch.Identity is not null) _isBroken = true;
                _waiting.RemoveAt(i);
                (expired ??= []).Insert(0, batch);
                _ending++;
            }
        }

        if (expired is not null) _sender?.Wake();
        string seconds = $"{core.Options.DeliveryTimeout.TotalSeconds:0.#} s";
        Fail(expired, ErrorCode.RequestTimedOut, $"it was not acknowledged within delivery.timeout.ms ({seconds})");
    }

    /// <summary>Ends all batches that wait, and takes no more.</summary>
    public void Close(ErrorCode code, string reason)
    {
        List<ProducerBatch> all;
        lock (_gate)
        {
            _isClosed = true;
            all = [.. _waiting];
            _ending += all.Count;
            _waiting.Clear();
        }

        Fail(all, code, reason);
    }

    private void Start(
        ProducerBatch batch, int recordBytes, long timestampMs, NullableBytes key, NullableBytes value,
        ReadOnlySpan<RecordHeader> headers, object? target, object? state)
    {
        try
        {
            batch.TryAppend(timestampMs, key, value, headers, target, state);
        }
        catch
        {
            core.Pool.Return(batch);
            throw;
        }

        batch.Order = _nextOrder++;
        batch.CreatedAt = core.Now;
        batch.IsSealed = recordBytes > core.Options.BatchSize;
        _waiting.Add(batch);
    }

    private ProducerBatch? TryTakeFirst(BrokerSender sender, long now, bool hurry, ref long dueAt)
    {
        if (_waiting.Count == 0) return null;
        ProducerBatch first = _waiting[0];
        long ready = first.Attempts > 0 ? first.NotBefore : first.CreatedAt + core.Linger;
        bool isReady = ready <= now || (first.Attempts == 0 && (first.IsSealed || hurry));
        if (!isReady)
        {
            dueAt = Math.Min(dueAt, ready);
            return null;
        }

        // What is under way to a former leader must come back first, lest the new one gets it in the wrong order.
        foreach (ProducerBatch other in _underWay)
            if (other.Sender != sender) return null;

        if (core.Options.IsIdempotent && first.Identity is null && !TryIdentify(first)) return null;
        first.IsSealed = true;
        first.WasFirst = _underWay.TrueForAll(other => other.Order > first.Order);
        first.Sender = sender;
        first.Attempts++;
        _waiting.RemoveAt(0);
        _underWay.Add(first);
        return first;
    }

    private bool TryIdentify(ProducerBatch batch)
    {
        if (_underWay.Count >= MaxOutstanding) return false;
        _identity ??= core.Identities.TryGet(_abandoned);
        if (_identity is null) return false;
        batch.SetIdentity(_identity, _nextSequence);
        _nextSequence = (_nextSequence + batch.RecordCount) & int.MaxValue; // 0 follows the largest number.
        return true;
    }

    private void Fail(List<ProducerBatch>? batches, ErrorCode code, string reason)
    {
        foreach (ProducerBatch batch in batches ?? [])
        {
            core.Fail(this, batch, code, reason);
            NoteEnded();
        }
    }

    /// <summary>A batch's end has been told to all who wait for it.</summary>
    private void NoteEnded()
    {
        TaskCompletionSource? ended = null;
        lock (_gate)
        {
            if (--_ending == 0) (ended, _ended) = (_ended, null);
        }

        ended?.TrySetResult();
    }
}
