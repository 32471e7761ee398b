using LogStore.Client.Producing;

namespace LogStore.Client;

/// <summary>Appends records to topics.</summary>
/// <remarks>
/// Thread-safe; one serves a whole process. Records of a partition keep the order of the calls that appended them.
/// Appending copies the record into its partition's batch; a background loop for each broker sends batches when they
/// are full or have lingered. When <see cref="ProducerOptions.BufferMemory"/> is used up, appending waits.
/// </remarks>
public sealed class Producer : IAsyncDisposable
{
    // The record's own fields and the batch's header, at the most.
    private const int RecordOverhead = RecordBatchHeader.Size + 32;

    private readonly ProducerCore _core;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private volatile bool _isDisposed;

    /// <summary>Makes a producer; it connects at the first record.</summary>
    /// <exception cref="InvalidConfigException">The options contradict each other.</exception>
    public Producer(ProducerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _core = new ProducerCore(options);
        _time = options.TimeProvider;
    }

    /// <summary>Appends a record.</summary>
    /// <returns>Ends when the record is delivered, or with a <see cref="DeliveryException"/>.</returns>
    /// <exception cref="ClientException">
    /// The topic or partition is not there, or the producer can go on no longer.
    /// </exception>
    /// <exception cref="RecordTooLargeException">
    /// The record exceeds <see cref="ProducerOptions.MaxRequestSize"/>.
    /// </exception>
    /// <exception cref="RequestTimeoutException">
    /// There was no room, or no metadata, within <see cref="ProducerOptions.MaxBlock"/>.
    /// </exception>
    public Task<RecordMetadata> SendAsync(ProducerRecord record, CancellationToken cancellationToken = default)
    {
        var delivered = new TaskCompletionSource<RecordMetadata>(TaskCreationOptions.RunContinuationsAsynchronously);
        ValueTask appending = AppendAsync(record, delivered, state: null, cancellationToken);
        if (appending.IsCompletedSuccessfully) return delivered.Task;
        return WaitAsync(appending, delivered.Task);

        static async Task<RecordMetadata> WaitAsync(ValueTask appending, Task<RecordMetadata> delivered)
        {
            await appending.ConfigureAwait(false);
            return await delivered.ConfigureAwait(false);
        }
    }

    /// <summary>Appends a record without a task of its own: the callback says what became of it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="callback">Called when it is delivered or has failed; null if nobody cares.</param>
    /// <param name="state">Given to the callback.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    /// <returns>
    /// Ends when the record is appended and its memory can be used again: at once, unless there is no room. Errors are
    /// those of <see cref="SendAsync"/> that come before the record is appended; then the callback is not called.
    /// </returns>
    public ValueTask PostAsync(
        in ProducerRecord record, DeliveryCallback? callback = null, object? state = null,
        CancellationToken cancellationToken = default) =>
        AppendAsync(record, callback, state, cancellationToken);

    /// <summary>
    /// Sends all that has been appended without waiting for linger, and waits until it is delivered or failed.
    /// </summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _core.FlushAsync(cancellationToken);

    /// <summary>Flushes, for <see cref="ProducerOptions.CloseTimeout"/> at most, and fails what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        using var limit = new CancellationTokenSource(_core.Options.CloseTimeout, _time);
        try
        {
            await _core.FlushAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What is left fails, and whoever waits for it is told.
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await _core.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    /// <summary>Appends a record given as spans; false if it has to wait, and nothing was appended.</summary>
    internal bool TryAppend(
        string topic, NullableBytes key, NullableBytes value, object? target, object? state)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        TopicQueues queues = _core.Find(topic);
        return queues.Line.IsEmpty && TryAppend(
            queues, partition: null, timestampMs: null, key, value, headers: default, target, state) ==
            AppendOutcome.Appended;
    }

    internal ValueTask AppendAsync(
        in ProducerRecord record, object? target, object? state, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(record.Topic);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        TopicQueues queues = _core.Find(record.Topic);
        return queues.Line.IsEmpty && TryAppend(queues, record, target, state) == AppendOutcome.Appended
            ? ValueTask.CompletedTask
            : new ValueTask(AppendSlowlyAsync(queues, record, target, state, cancellationToken));
    }

    private AppendOutcome TryAppend(TopicQueues queues, in ProducerRecord record, object? target, object? state) =>
        TryAppend(
        queues, record.Partition, record.TimestampMs, record.Key, record.Value, record.Headers.Span, target, state);

    private AppendOutcome TryAppend(
        TopicQueues queues, int? partition, long? timestampMs, NullableBytes key, NullableBytes value,
        ReadOnlySpan<RecordHeader> headers, object? target, object? state)
    {
        long timestamp = timestampMs ?? _time.GetUtcNow().ToUnixTimeMilliseconds();
        return queues.TryAppend(partition, SizeOf(key, value, headers), timestamp, key, value, headers, target, state);
    }

    /// <summary>Waits for its turn, for metadata and for room, as long as it may.</summary>
    private async Task AppendSlowlyAsync(
        TopicQueues queues, ProducerRecord record, object? target, object? state, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_core.Options.MaxBlock, _time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken, _closing.Token);
        try
        {
            await queues.Line.RunAsync(AppendInTurnAsync, any.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            throw new RequestTimeoutException(
                $"A record for '{record.Topic}' found no room or no metadata within max.block.ms " +
                $"({_core.Options.MaxBlock.TotalSeconds:0.#} s). " +
                "The brokers are slow or gone, or buffer.memory is too small.");
        }

        async Task AppendInTurnAsync(CancellationToken token)
        {
            for (AppendOutcome outcome; (outcome = TryAppend(queues, record, target, state)) != AppendOutcome.Appended;)
            {
                if (outcome == AppendOutcome.NoMetadata) await _core.LoadAsync(record.Topic, token)
                    .ConfigureAwait(false);
                else await WaitForRoomAsync(SizeOf(record), token).ConfigureAwait(false);
            }
        }
    }

    private static int SizeOf(in ProducerRecord record) => SizeOf(record.Key, record.Value, record.Headers.Span);

    private async Task WaitForRoomAsync(int recordBytes, CancellationToken cancellationToken)
    {
        Task released = _core.Pool.Budget.WaitForRelease(_core.Pool.ReservationFor(recordBytes));
        if (released.IsCompleted) return;
        _core.WakeAll(); // What lingers is sent now.
        await released.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static int SizeOf(NullableBytes key, NullableBytes value, ReadOnlySpan<RecordHeader> headers)
    {
        long size = RecordOverhead + (long)key.Length + value.Length;
        foreach (ref readonly RecordHeader header in headers)
            size += 10 + System.Text.Encoding.UTF8.GetByteCount(header.Key) + (header.Value?.Length ?? 0);
        return (int)Math.Min(size, int.MaxValue);
    }
}
