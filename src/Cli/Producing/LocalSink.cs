using LogStore.Cli.Topics;
using LogStore.Records;
using LogStore.Topics;

namespace LogStore.Cli.Producing;

/// <summary>Puts records into a data directory that this process owns meanwhile: fills batches, has them appended.</summary>
internal sealed class LocalSink : RecordSink
{
    private readonly ProduceOptions _options;
    private readonly DataDirectory _directory;
    private readonly Topic _topic;
    private readonly BatchSender _sender;
    private readonly IdempotentProducer? _producer;
    private readonly RecordRouter _router;
    private readonly PartitionBatch?[] _open;
    private readonly int _batchBytes;

    private LocalSink(
        DataDirectory directory, Topic topic, ProduceOptions options, AckLedger ledger, IdempotentProducer? producer)
        : base(ledger)
    {
        _options = options;
        _directory = directory;
        _topic = topic;
        _producer = producer;
        _sender = new BatchSender(directory, topic, options, ledger);
        _router = new RecordRouter(topic.PartitionCount, options.Partition, producer?.Seed);
        _open = new PartitionBatch?[topic.PartitionCount];
        _batchBytes = options.BatchBytes ?? ProduceOptions.DefaultBatchBytes;
    }

    /// <inheritdoc/>
    public override long SkippedRecords => _producer?.Stored ?? 0;

    /// <inheritdoc/>
    public override int MaxBatchBytes => _topic.Config.MaxMessageBytes;

    /// <inheritdoc/>
    public override bool IsLingering => !Array.TrueForAll(_open, batch => batch is null);

    /// <summary>Opens the directory and looks for the topic, which must be there.</summary>
    public static async Task<LocalSink> OpenAsync(string path, ProduceOptions options, TextWriter? acknowledgements)
    {
        DataDirectory directory = await DataLocation.OpenAsync(path, create: false);
        try
        {
            Topic topic = directory.GetTopic(options.Topic);
            if (options.Partition is { } partition) topic.CheckPartition(partition);
            IdempotentProducer? producer = options.Idempotent
                ? await IdempotentProducer.OpenAsync(directory, topic, options.File)
                : null;
            return new LocalSink(directory, topic, options, new AckLedger(acknowledgements), producer);
        }
        catch
        {
            await directory.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask AddAsync(in InputRecord record) =>
        Add(record) is { } full ? SendAndAddAsync(full, record) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public override async ValueTask SendLingeringAsync(TimeSpan age)
    {
        foreach (PartitionBatch? batch in _open)
        {
            if (batch is not null && batch.Age >= age && batch.Builder.RecordCount > 0)
                await SendAsync(batch);
        }
    }

    /// <inheritdoc/>
    public override void EndInput()
    {
        if (_producer is { IsCaughtUp: false })
            throw new UserErrorException(
                $"'{_options.File}' is shorter than what was produced from it before ({SkippedRecords} records); " +
                "to send it as another input, produce a copy under another name, or without --idempotent",
                ExitCode.Usage);
    }

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync()
    {
        try
        {
            await SendLingeringAsync(TimeSpan.Zero);
        }
        finally
        {
            await _sender.CompleteAsync();
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _sender.Dispose();
        _producer?.Dispose();
        return _directory.DisposeAsync();
    }

    private async ValueTask SendAndAddAsync(PartitionBatch full, InputRecord record)
    {
        await SendAsync(full);
        while (Add(record) is { } another) await SendAsync(another);
    }

    /// <summary>Adds a record to its partition's batch; where that is too full for it, returns that batch for sending.</summary>
    private PartitionBatch? Add(in InputRecord record)
    {
        NullableBytes key = record.Key;
        int bytes = key.Length + record.Value.Length;
        int partition = _router.Choose(key);
        if (!IsStored(partition, record))
        {
            if (_open[partition] is { } full && full.Builder.SizeInBytes + bytes > _batchBytes) return full;
            PartitionBatch batch = _open[partition] ??= _sender.Begin(partition);
            if (!batch.Builder.TryAppend(record.TimestampMs, key, record.Value.Span, record.Headers)) return batch;
            batch.InputBytes += record.InputBytes;
        }

        _router.Taken(key, bytes);
        return null;
    }

    private bool IsStored(int partition, in InputRecord record)
    {
        try
        {
            return _producer is not null &&
                _producer.PointOf(partition).Skip(record.Key, record.Value.Span, record.IsUnterminated);
        }
        catch (InvalidDataException)
        {
            throw new UserErrorException(
                $"'{_options.File}' is not the input that was produced from it before: up to line {record.Line} it " +
                $"differs from what partition {partition} holds. To send it as another input, produce a copy under another " +
                "name, or without --idempotent", ExitCode.Usage);
        }
    }

    private async ValueTask SendAsync(PartitionBatch batch)
    {
        _open[batch.Partition] = null;
        _producer?.Stamp(batch);
        await _sender.SendAsync(batch);
    }
}
