using LogStore.Cli.Output;
using LogStore.Records;

namespace LogStore.Cli.Consuming;

/// <summary>Writes records to standard output up to the maximum, whoever has read them.</summary>
/// <remarks>Thread-safe: the readers of several partitions share it.</remarks>
internal sealed class RecordWriter(ConsumeOptions options, StandardOutput output)
{
    private readonly Lock _gate = new();
    private long _remaining = options.Max;

    /// <summary>Whether the maximum is reached.</summary>
    public bool IsDone => Volatile.Read(ref _remaining) == 0;

    /// <summary>Writes a batch's records.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="from">Where to begin (inclusive).</param>
    /// <returns>The offset behind the last record written; the batch's end unless the maximum came first.</returns>
    public long Write(int partition, in RecordBatch batch, long from)
    {
        if (batch.IsControl) return batch.NextOffset;
        lock (_gate)
        {
            foreach (RecordView record in batch)
            {
                if (record.Offset < from) continue;
                if (_remaining == 0) return record.Offset;
                options.Formatter.Write(output, partition, batch.TimestampType, record);
                _remaining--;
            }
        }

        return batch.NextOffset;
    }

    /// <summary>Hands what was written to whoever reads it.</summary>
    public void Flush()
    {
        lock (_gate) output.Flush();
    }
}
