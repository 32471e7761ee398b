using System.Collections.Concurrent;

namespace LogStore.Client.Producing;

/// <summary>Makes batches within the memory that there is, and uses those of the usual size again.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class BatchPool : IDisposable
{
    private readonly ConcurrentBag<ProducerBatch> _idle = [];
    private readonly ProducerOptions _options;
    private readonly RecordBatchBuilderOptions _usual;
    private readonly RecordBatchBuilderOptions _large;

    public BatchPool(ProducerOptions options)
    {
        _options = options;
        Budget = new BufferBudget(options.BufferMemory);
        _usual = new RecordBatchBuilderOptions
        {
            Compression = options.Compression,
            MaxBytes = options.BatchSize,
            InitialCapacity = options.BatchSize,
        };
        _large = _usual with { MaxBytes = Math.Max(options.MaxRequestSize, options.BatchSize) };
    }

    public BufferBudget Budget { get; }

    /// <summary>What is taken of the budget for a batch that begins with a record of this size.</summary>
    public int ReservationFor(int recordBytes) => Math.Max(_options.BatchSize, recordBytes);

    /// <summary>An empty batch, which a record of this size fits; null if there is no memory.</summary>
    public ProducerBatch? TryTake(int recordBytes)
    {
        int reservation = ReservationFor(recordBytes);
        if (!Budget.TryReserve(reservation)) return null;
        if (recordBytes > _options.BatchSize)
            return new ProducerBatch(
                new RecordBatchBuilder(_large with { InitialCapacity = recordBytes }), reservation, false);
        return _idle.TryTake(out ProducerBatch? idle)
            ? idle : new ProducerBatch(new RecordBatchBuilder(_usual), reservation, true);
    }

    /// <summary>Takes back a batch whose bytes nobody refers to any longer.</summary>
    public void Return(ProducerBatch batch)
    {
        if (batch.IsReusable)
        {
            batch.Reset();
            _idle.Add(batch);
        }
        else
        {
            batch.Dispose();
        }

        Budget.Release(batch.Reserved);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out ProducerBatch? batch)) batch.Dispose();
    }
}
