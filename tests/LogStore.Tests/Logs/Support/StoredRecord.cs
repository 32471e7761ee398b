using System.Text;
using LogStore.Records;

namespace LogStore.Tests.Logs.Support;

/// <summary>A record as a reader found it.</summary>
internal readonly record struct StoredRecord(long Offset, long Timestamp, string Value);

internal static class StoredRecords
{
    /// <summary>All records of a stream of batches, from an offset on.</summary>
    public static async Task<List<StoredRecord>> ToRecordsAsync(
        this IAsyncEnumerable<RecordBatch> batches, long from = 0, int atMost = int.MaxValue)
    {
        List<StoredRecord> records = [];
        if (atMost == 0) return records;
        await foreach (RecordBatch batch in batches)
        {
            foreach (RecordView record in batch)
            {
                if (record.Offset < from) continue;
                records.Add(new StoredRecord(
                    record.Offset, record.Timestamp, Encoding.UTF8.GetString(record.Value.Span)));
                if (records.Count == atMost) return records;
            }
        }

        return records;
    }

    /// <summary>All that a log holds.</summary>
    public static Task<List<StoredRecord>> ReadAllAsync(this Log log) =>
        log.ReadAsync(log.LogStartOffset).ToRecordsAsync(log.LogStartOffset);

    /// <summary>All that another's log holds.</summary>
    public static Task<List<StoredRecord>> ReadAllAsync(this ReadOnlyLog log) =>
        log.ReadAsync(log.LogStartOffset).ToRecordsAsync(log.LogStartOffset);

    /// <summary>The values alone.</summary>
    public static IEnumerable<string> Values(this IEnumerable<StoredRecord> records) =>
        records.Select(record => record.Value);
}
