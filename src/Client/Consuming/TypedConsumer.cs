using System.Runtime.CompilerServices;

namespace LogStore.Client;

/// <summary>A consumer of single records, deserialized.</summary>
/// <typeparam name="TKey">The keys' type; a record without a key has its default.</typeparam>
/// <typeparam name="TValue">The values' type; a null value is its default.</typeparam>
public sealed class Consumer<TKey, TValue> : Consumer
{
    private readonly IDeserializer<TKey> _keys;
    private readonly IDeserializer<TValue> _values;
    private readonly List<ConsumeResult<TKey, TValue>> _results = [];
    private ConsumedBatch? _batch;
    private RecordDeserializationException? _error;
    private int _next;

    /// <summary>Makes a consumer; it connects when it is given partitions or topics.</summary>
    /// <exception cref="InvalidConfigException">The options contradict each other.</exception>
    public Consumer(ConsumerOptions options, IDeserializer<TKey> keys, IDeserializer<TValue> values) : base(options)
    {
        _keys = keys;
        _values = values;
    }

    /// <summary>The next record; waits until there is one.</summary>
    /// <exception cref="RecordDeserializationException">The record cannot be read; seek past it to go on.</exception>
    /// <exception cref="ClientException">
    /// A partition cannot be consumed; it stays so until it is sought or given up. The others go on with the next call.
    /// </exception>
    public ValueTask<ConsumeResult<TKey, TValue>> ConsumeAsync(CancellationToken cancellationToken = default) =>
        TryTakeAtOnce(out ConsumeResult<TKey, TValue> result)
            ? new(result) : new(ConsumeSlowlyAsync(cancellationToken));

    /// <summary>The next record; null if there is none within <paramref name="timeout"/>.</summary>
    /// <inheritdoc cref="ConsumeAsync(CancellationToken)"/>
    public async ValueTask<ConsumeResult<TKey, TValue>?> ConsumeAsync(
        TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (TryTakeAtOnce(out ConsumeResult<TKey, TValue> result)) return result;
        using CancellationTokenSource limit = CreateLimit(timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ConsumeSlowlyAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>All records, one after the other, until it is cancelled.</summary>
    public async IAsyncEnumerable<ConsumeResult<TKey, TValue>> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true) yield return await ConsumeAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<ConsumeResult<TKey, TValue>> ConsumeSlowlyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await PrepareAsync(cancellationToken).ConfigureAwait(false);
            if (TryTake(out ConsumeResult<TKey, TValue> result)) return result;
            _batch = await ReadBatchAsync(cancellationToken).ConfigureAwait(false);
            // The position follows single records here, not the batch.
            TryAdvance(_batch, _batch.StartOffset, _batch.StartOffset);
            Read(_batch);
        }
    }

    private bool TryTakeAtOnce(out ConsumeResult<TKey, TValue> result)
    {
        result = default;
        return !NeedsAttention && TryTake(out result);
    }

    private bool TryTake(out ConsumeResult<TKey, TValue> result)
    {
        result = default;
        if (_batch is null) return false;
        if (_next < _results.Count && TryAdvance(_batch, _results[_next].Offset, _results[_next].Offset + 1))
        {
            result = _results[_next++];
            return true;
        }

        (ConsumedBatch batch, RecordDeserializationException? error, bool isEnd) =
            (_batch, _error, _next == _results.Count);
        (_batch, _error, _next) = (null, null, 0);
        _results.Clear();
        if (!isEnd) return false; // Somebody has sought, paused or taken the partition.
        // A batch ends behind its last record, which compaction may have removed.
        if (error is null) TryAdvance(batch, batch.NextOffset, batch.NextOffset);
        else if (TryRefuse(batch, error.Offset, error)) throw error;
        return false;
    }

    private void Read(ConsumedBatch batch)
    {
        long offset = batch.StartOffset;
        try
        {
            foreach (RecordView record in batch)
            {
                offset = record.Offset;
                _results.Add(new ConsumeResult<TKey, TValue>
                {
                    TopicPartition = batch.Partition,
                    Offset = record.Offset,
                    TimestampMs = record.Timestamp,
                    LeaderEpoch = batch.Batch.LeaderEpoch,
                    Key = record.Key.IsNull ? default : _keys.Deserialize(record.Key),
                    Value = record.Value.IsNull ? default : _values.Deserialize(record.Value),
                    Headers = ReadHeaders(record.Headers),
                });
            }
        }
        catch (Exception e)
        {
            // Those before it are handed out first. Then it stays in the way until somebody seeks past it.
            _error = new RecordDeserializationException(batch.Partition, offset, e);
        }
    }

    private static RecordHeader[] ReadHeaders(RecordHeaders headers)
    {
        if (headers.Count == 0) return [];
        var read = new List<RecordHeader>(headers.Count);
        foreach (RecordHeaderView header in headers)
        {
            // A null array would become empty memory on its way.
            byte[]? value = header.Value.ToArray();
            read.Add(value is null ? new RecordHeader(header.Key, null) : new RecordHeader(header.Key, value));
        }

        return [.. read];
    }
}
