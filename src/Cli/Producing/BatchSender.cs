using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using LogStore.Records;
using LogStore.Topics;

namespace LogStore.Cli.Producing;

/// <summary>
/// Appends full batches to their partitions in the order given, beside the thread that fills the next ones. A bounded number
/// of them is under way: then <see cref="SendAsync"/> waits.
/// </summary>
/// <remarks>One caller. The first failure ends it: nothing more is appended, and every later call throws that failure.</remarks>
internal sealed class BatchSender : IDisposable
{
    /// <summary>How many batches may be queued or unacknowledged; what group commit has to work with.</summary>
    private const int MaxUnderWay = 8;

    private readonly DataDirectory _directory;
    private readonly Topic _topic;
    private readonly AckWhen _acks;
    private readonly AckLedger _ledger;
    private readonly RecordBatchBuilderOptions _builderOptions;
    private readonly ConcurrentBag<RecordBatchBuilder> _builders = [];
    private readonly SemaphoreSlim _room = new(MaxUnderWay, MaxUnderWay);
    private readonly Channel<PartitionBatch> _queue = Channel.CreateBounded<PartitionBatch>(MaxUnderWay);
    private readonly Log?[] _logs;
    private readonly Task _loop;
    private Exception? _failure;

    public BatchSender(DataDirectory directory, Topic topic, ProduceOptions options, AckLedger ledger)
    {
        _directory = directory;
        _topic = topic;
        _acks = options.Acks switch
        {
            AckLevel.None => AckWhen.None,
            AckLevel.Flushed => AckWhen.Flushed,
            _ => AckWhen.Appended,
        };
        _ledger = ledger;
        _logs = new Log?[topic.PartitionCount];
        _builderOptions = new RecordBatchBuilderOptions
        {
            Compression = options.Compression ?? CompressionType.None,
            // A record larger than a batch should be, but not larger than the topic allows, goes in a batch of its own.
            MaxBytes = Math.Min(topic.Config.MaxMessageBytes, RecordBatchBuilderOptions.MaxMaxBytes),
            InitialCapacity = Math.Min((options.BatchBytes ?? ProduceOptions.DefaultBatchBytes) + 1024, 256 * 1024),
        };
        _loop = Task.Run(RunAsync);
    }

    /// <summary>An empty batch for a partition.</summary>
    public PartitionBatch Begin(int partition) =>
        new(partition, _builders.TryTake(out RecordBatchBuilder? builder) ? builder : new RecordBatchBuilder(_builderOptions));

    /// <summary>Takes a batch over; returns once there is room for it.</summary>
    public async ValueTask SendAsync(PartitionBatch batch)
    {
        await _room.WaitAsync();
        if (Volatile.Read(ref _failure) is not null)
        {
            _room.Release(); // Its place is free again, or CompleteAsync would wait for it.
            ThrowIfFailed();
        }

        await _queue.Writer.WriteAsync(batch);
    }

    /// <summary>Waits until everything sent has been acknowledged.</summary>
    public async ValueTask CompleteAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        for (int count = 0; count < MaxUnderWay; count++) await _room.WaitAsync();
        ThrowIfFailed();
        // With acks=none an error has nobody to tell but this.
        if (_logs.FirstOrDefault(log => log?.Fault is not null) is { Fault: { } fault }) throw fault;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RecordBatchBuilder builder in _builders) builder.Dispose();
        _room.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (PartitionBatch batch in _queue.Reader.ReadAllAsync())
            _ = AppendAsync(batch);
    }

    /// <summary>Runs on the loop until the log has the batch in its order; the wait for the acknowledgement does not hold it up.</summary>
    private async Task AppendAsync(PartitionBatch batch)
    {
        try
        {
            if (Volatile.Read(ref _failure) is not null) return;
            Log log = _logs[batch.Partition] ??=
                _directory.OpenPartitionAsync(_topic.Name, batch.Partition).AsTask().GetAwaiter().GetResult();
            RecordBatch built = batch.Builder.Build();
            AppendResult result = await log.AppendAsync(built, _acks);
            _ledger.Acknowledge(batch.Partition, batch.Builder.RecordCount, result.BaseOffset);
            _ledger.CountInput(batch.InputBytes);
            batch.Builder.Reset();
            _builders.Add(batch.Builder);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
        finally
        {
            _room.Release();
        }
    }

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure) ExceptionDispatchInfo.Throw(failure);
    }
}
