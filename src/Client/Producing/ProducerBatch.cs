using Microsoft.Extensions.Logging;

namespace LogStore.Client.Producing;

/// <summary>A batch on its way, and those who wait for its records.</summary>
/// <remarks>Guarded by its queue's lock until it is taken from the queue for good.</remarks>
internal sealed class ProducerBatch(RecordBatchBuilder builder, int reserved, bool isReusable) : IDisposable
{
    private Delivery[] _deliveries = [];
    private TaskCompletionSource? _done;

    /// <summary>What it takes of the <see cref="BufferBudget"/>, in bytes.</summary>
    public int Reserved => reserved;

    /// <summary>Whether it is of the usual size, and worth keeping.</summary>
    public bool IsReusable => isReusable;

    /// <summary>Its place among the batches of its partition.</summary>
    public long Order { get; set; }

    /// <summary>When its first record came, as a timestamp of the clock.</summary>
    public long CreatedAt { get; set; }

    /// <summary>Before when it is not sent again, as a timestamp of the clock.</summary>
    public long NotBefore { get; set; }

    /// <summary>Whether it takes no more records.</summary>
    public bool IsSealed { get; set; }

    /// <summary>How often it has been sent.</summary>
    public int Attempts { get; set; }

    /// <summary>Whether an attempt ended without saying what became of it.</summary>
    public bool MayHaveBeenAppended { get; set; }

    /// <summary>Whether no earlier batch of the partition was under way when it was last sent.</summary>
    public bool WasFirst { get; set; }

    /// <summary>Who sent it last.</summary>
    public BrokerSender? Sender { get; set; }

    /// <summary>Under which identity it was sent; null before it was.</summary>
    public ProducerIdentity? Identity { get; private set; }

    public int RecordCount => builder.RecordCount;

    public int SizeInBytes => builder.SizeInBytes;

    public bool TryAppend(
        long timestampMs, NullableBytes key, NullableBytes value, ReadOnlySpan<RecordHeader> headers, object? target,
        object? state)
    {
        int index = builder.RecordCount;
        if (!builder.TryAppend(timestampMs, key, value, headers)) return false;
        if (target is not null || _deliveries.Length > 0) Add(index, new Delivery(target, state, timestampMs));
        return true;
    }

    /// <summary>Gives the batch its identity and place in the sequence, which it keeps through all attempts.</summary>
    public void SetIdentity(ProducerIdentity identity, int baseSequence)
    {
        Identity = identity;
        builder.SetProducer(identity.Id, identity.Epoch, baseSequence);
    }

    /// <summary>Takes the identity away, so that it can get another.</summary>
    public void ClearIdentity()
    {
        Identity = null;
        builder.Reopen();
    }

    /// <summary>The bytes to send; valid until the batch is reset or gets another identity.</summary>
    public ReadOnlyMemory<byte> Build() => builder.Build().Bytes;

    /// <summary>Ends when the batch is delivered or has failed.</summary>
    public Task WhenDone()
    {
        _done ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _done.Task;
    }

    /// <summary>Tells everybody who waits that the records are in the log.</summary>
    public void Complete(TopicPartition partition, long baseOffset, long logAppendTimeMs, ILogger logger)
    {
        foreach (ref readonly Delivery delivery in Deliveries(out int index))
        {
            if (delivery.Target is not null)
            {
                var metadata = new RecordMetadata(
                    partition.Topic, partition.Partition, baseOffset < 0 ? -1 : baseOffset + index,
                    logAppendTimeMs >= 0 ? logAppendTimeMs : delivery.TimestampMs);
                delivery.End(metadata, error: null, logger);
            }

            index++;
        }

        _done?.TrySetResult();
    }

    /// <summary>Tells everybody who waits that the records are not in the log, or may not be.</summary>
    public void Fail(DeliveryException error, ILogger logger)
    {
        foreach (ref readonly Delivery delivery in Deliveries(out _))
        {
            if (delivery.Target is null) continue;
            var metadata =
                new RecordMetadata(error.Partition.Topic, error.Partition.Partition, -1, delivery.TimestampMs);
            delivery.End(metadata, error, logger);
        }

        _done?.TrySetResult();
    }

    /// <summary>Makes it an empty batch again.</summary>
    public void Reset()
    {
        builder.Reset();
        Array.Clear(_deliveries);
        _done = null;
        (IsSealed, Attempts, MayHaveBeenAppended, WasFirst, NotBefore) = (false, 0, false, false, 0);
        (Identity, Sender) = (null, null);
    }

    public void Dispose() => builder.Dispose();

    private ReadOnlySpan<Delivery> Deliveries(out int firstIndex)
    {
        firstIndex = 0;
        return _deliveries.AsSpan(0, Math.Min(builder.RecordCount, _deliveries.Length));
    }

    private void Add(int index, in Delivery delivery)
    {
        if (index >= _deliveries.Length)
            Array.Resize(ref _deliveries, Math.Max(64, Math.Max(index + 1, 2 * _deliveries.Length)));
        _deliveries[index] = delivery;
    }
}
