using System.Globalization;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Records;
using LogStore.Topics;

namespace LogStore.Cli.Producing;

/// <summary>One run of <c>logstore produce</c>: lines in, batches out.</summary>
/// <remarks>
/// Three things go on at a time: <see cref="InputPump"/> reads, this class turns lines into batches, and
/// <see cref="BatchSender"/> appends them.
/// </remarks>
internal sealed class ProduceSession : IDisposable
{
    private readonly ProduceOptions _options;
    private readonly Topic _topic;
    private readonly AckLedger _ledger;
    private readonly BatchSender _sender;
    private readonly IdempotentProducer? _producer;
    private readonly RecordRouter _router;
    private readonly PartitionBatch?[] _open;
    private readonly RecordHeader[] _lastLineHeaders;
    private readonly LineSplitter _lines = new();
    private long _now;

    private ProduceSession(
        DataDirectory directory, Topic topic, ProduceOptions options, AckLedger ledger, IdempotentProducer? producer)
    {
        _options = options;
        _topic = topic;
        _ledger = ledger;
        _producer = producer;
        _sender = new BatchSender(directory, topic, options, ledger);
        _router = new RecordRouter(topic.PartitionCount, options.Partition, producer?.Seed);
        _open = new PartitionBatch?[topic.PartitionCount];
        _lastLineHeaders = [.. options.Headers, UnterminatedLine.Header];
    }

    /// <summary>How many lines were stored by an earlier run of the same idempotent producer.</summary>
    public long SkippedRecords => _producer?.Stored ?? 0;

    /// <summary>Prepares a run; the topic exists.</summary>
    public static async Task<ProduceSession> OpenAsync(
        DataDirectory directory, Topic topic, ProduceOptions options, AckLedger ledger)
    {
        if (options.Partition is { } partition) topic.CheckPartition(partition);
        IdempotentProducer? producer = options.Idempotent
            ? await IdempotentProducer.OpenAsync(directory, topic, options.File)
            : null;
        return new ProduceSession(directory, topic, options, ledger, producer);
    }

    /// <summary>
    /// Sends the input to its end. Cancelled, or at a line that cannot be sent, it completes what stands before that; nothing
    /// that was read whole is lost.
    /// </summary>
    /// <param name="input">The input, which stays the caller's.</param>
    /// <param name="progress">Is told how many bytes have been read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task RunAsync(Stream input, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await SendLinesAsync(input, progress, cancellationToken);
            await SendRemainderAsync();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was read whole is sent; a line that was only begun is not a line.
        }
        catch (Exception exception) when (
            exception is UserErrorException or LogStoreException or IOException or UnauthorizedAccessException)
        {
            failure = exception;
        }

        try
        {
            try
            {
                await SendDueAsync(TimeSpan.Zero);
            }
            finally
            {
                await _sender.CompleteAsync();
            }
        }
        catch (Exception exception) when (exception is LogStoreException or IOException)
        {
            failure = exception; // It is the cause of whatever stopped the reading.
        }

        if (failure is not null) throw Explain(failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sender.Dispose();
        _producer?.Dispose();
    }

    private UserErrorException Explain(Exception failure)
    {
        if (!ErrorReport.TryExplain(failure, out string? message, out int exitCode)) message = failure.Message;
        return new UserErrorException(
            $"{message.TrimEnd('.')}. {Quantity.Count(_ledger.Records, "record")} before that: stored.", exitCode);
    }

    private async Task SendLinesAsync(Stream input, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using InputPump pump = new(input);
        long read = 0;
        while (await WaitForInputAsync(pump, cancellationToken))
        {
            while (pump.TryTake(out ReadOnlyMemory<byte> bytes))
            {
                cancellationToken.ThrowIfCancellationRequested();
                // One time for all lines of a piece: that is when they were read.
                _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                _lines.Feed(bytes);
                while (FillBatches() is { } full) await SendAsync(full);
                await SendDueAsync(_options.Linger);
                progress?.Report(read += bytes.Length);
            }
        }
    }

    /// <summary>Waits for input, but lets no batch wait longer than it may. False at the end of the input.</summary>
    private async ValueTask<bool> WaitForInputAsync(InputPump pump, CancellationToken cancellationToken)
    {
        ValueTask<bool> input = pump.WaitAsync(cancellationToken);
        if (input.IsCompleted || Array.TrueForAll(_open, batch => batch is null))
            return await input;
        Task<bool> waiting = input.AsTask();
        await Task.WhenAny(waiting, Task.Delay(_options.Linger, cancellationToken));
        if (!waiting.IsCompleted) await SendDueAsync(TimeSpan.Zero);
        return await waiting;
    }

    /// <summary>Puts lines into batches until one is full, which it returns, or the lines run out.</summary>
    private PartitionBatch? FillBatches()
    {
        while (_lines.TryPeek(out ReadOnlySpan<byte> line))
        {
            if (Add(line, isUnterminated: false) is { } full) return full;
            _lines.Advance();
        }

        if (_lines.PendingBytes > _topic.Config.MaxMessageBytes) throw LineTooLong($"more than {_lines.PendingBytes}");
        return null;
    }

    private async ValueTask SendRemainderAsync()
    {
        while (_lines.PendingBytes > 0 && Add(_lines.Remainder, isUnterminated: true) is { } full)
            await SendAsync(full);
        if (_producer is { IsCaughtUp: false })
            throw new UserErrorException(
                $"'{_options.File}' is shorter than what was produced from it before ({SkippedRecords} records); " +
                "to send it as another input, produce a copy under another name, or without --idempotent",
                ExitCode.Usage);
    }

    /// <summary>Adds a line to its partition's batch; where that is too full for it, returns that batch for sending.</summary>
    private PartitionBatch? Add(ReadOnlySpan<byte> line, bool isUnterminated)
    {
        int keyEnd = _options.KeySeparator is null ? -1 : line.IndexOf(_options.KeySeparator);
        NullableBytes key = keyEnd < 0 ? NullableBytes.Null : line[..keyEnd];
        NullableBytes value = keyEnd < 0 ? line : line[(keyEnd + _options.KeySeparator!.Length)..];
        int partition = _router.Choose(key);
        if (!IsStored(partition, key, value, isUnterminated))
        {
            if (_open[partition] is { } full && full.Builder.SizeInBytes + line.Length > _options.BatchBytes) return full;
            PartitionBatch batch = _open[partition] ??= _sender.Begin(partition);
            if (!TryAppend(batch, key, value, isUnterminated ? _lastLineHeaders : _options.Headers)) return batch;
            batch.InputBytes += line.Length + (isUnterminated ? 0 : 1);
        }

        _router.Taken(key, line.Length);
        return null;
    }

    private bool IsStored(int partition, NullableBytes key, NullableBytes value, bool isUnterminated)
    {
        try
        {
            return _producer is not null && _producer.PointOf(partition).Skip(key, value, isUnterminated);
        }
        catch (InvalidDataException)
        {
            throw new UserErrorException(
                $"'{_options.File}' is not the input that was produced from it before: up to line {_lines.LinesTaken + 1} it " +
                $"differs from what partition {partition} holds. To send it as another input, produce a copy under another " +
                "name, or without --idempotent", ExitCode.Usage);
        }
    }

    private bool TryAppend(PartitionBatch batch, NullableBytes key, NullableBytes value, RecordHeader[] headers)
    {
        try
        {
            return batch.Builder.TryAppend(_now, key, value, headers);
        }
        catch (RecordTooLargeException error)
        {
            throw LineTooLong(error.RecordBytes.ToString(CultureInfo.InvariantCulture));
        }
    }

    private UserErrorException LineTooLong(string bytes) => new(
        $"line {_lines.LinesTaken + 1} is too long: its batch takes {bytes} bytes, and '{_topic.Name}' allows " +
        $"{_topic.Config.MaxMessageBytes}; raise that with: logstore topic alter {_topic.Name} --config max.message.bytes=N",
        ExitCode.Usage);

    /// <summary>Sends the batches whose first record has waited this long.</summary>
    private async ValueTask SendDueAsync(TimeSpan age)
    {
        foreach (PartitionBatch? batch in _open)
        {
            if (batch is not null && batch.Age >= age && batch.Builder.RecordCount > 0)
                await SendAsync(batch);
        }
    }

    private async ValueTask SendAsync(PartitionBatch batch)
    {
        _open[batch.Partition] = null;
        _producer?.Stamp(batch);
        await _sender.SendAsync(batch);
    }
}
