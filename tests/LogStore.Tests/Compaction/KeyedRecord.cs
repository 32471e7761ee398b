using System.Text;
using LogStore.Records;

namespace LogStore.Tests.Compaction;

/// <summary>A record of a compacted log; a null value is a tombstone.</summary>
internal readonly record struct KeyedRecord(long Offset, long Timestamp, string Key, string? Value);

internal static class KeyedRecords
{
    public static RecordBatch Batch(params (string Key, string? Value)[] records) => Batch(0, null, records);

    public static RecordBatch Batch(
        long timestamp, (long Id, int Sequence)? producer, (string Key, string? Value)[] records,
        CompressionType compression = CompressionType.None)
    {
        using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions { Compression = compression });
        for (int index = 0; index < records.Length; index++)
        {
            (string key, string? value) = records[index];
            builder.TryAppend(timestamp + index, Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value));
        }

        if (producer is { } by) builder.SetProducer(by.Id, 0, by.Sequence);
        return builder.Build().Copy();
    }

    /// <summary>All records from an offset on, with a look that batches follow each other without a gap.</summary>
    /// <param name="batches">The stream.</param>
    /// <param name="from">The offset.</param>
    /// <param name="swapped">Segments may be swapped meanwhile: then an empty batch may be passed over.</param>
    public static async Task<List<KeyedRecord>> ToKeyedAsync(
        this IAsyncEnumerable<RecordBatch> batches, long from, bool swapped = false)
    {
        List<KeyedRecord> records = [];
        long next = -1;
        await foreach (RecordBatch batch in batches)
        {
            if (next >= 0 && (swapped ? batch.BaseOffset < next : batch.BaseOffset != next))
                throw new InvalidOperationException($"a batch at {batch.BaseOffset} follows one that ends at {next}");
            if (next < 0 && (batch.NextOffset <= from))
                throw new InvalidOperationException($"reading from {from} began with [{batch.BaseOffset}, {batch.NextOffset})");
            next = batch.NextOffset;
            foreach (RecordView record in batch)
            {
                if (record.Offset < from) continue;
                records.Add(new KeyedRecord(
                    record.Offset, record.Timestamp, Encoding.UTF8.GetString(record.Key.Span),
                    record.Value.IsNull ? null : Encoding.UTF8.GetString(record.Value.Span)));
            }
        }

        return records;
    }

    public static Task<List<KeyedRecord>> ReadKeyedAsync(this Log log, bool swapped = false) =>
        log.ReadAsync(log.LogStartOffset).ToKeyedAsync(log.LogStartOffset, swapped);

    public static Task<List<KeyedRecord>> ReadKeyedAsync(this ReadOnlyLog log, bool swapped = false) =>
        log.ReadAsync(log.LogStartOffset).ToKeyedAsync(log.LogStartOffset, swapped);
}
