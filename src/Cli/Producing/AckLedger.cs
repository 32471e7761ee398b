using System.Globalization;

namespace LogStore.Cli.Producing;

/// <summary>What has been acknowledged: counted for the summary and, when asked for, printed as it happens.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AckLedger(int partitionCount, TextWriter? print)
{
    private readonly Lock _gate = new();
    private readonly (long First, long Next)[] _ranges = new (long First, long Next)[partitionCount];

    /// <summary>Records acknowledged.</summary>
    public long Records { get; private set; }

    /// <summary>Bytes of the input that those records were made of.</summary>
    public long InputBytes { get; private set; }

    /// <summary>For each partition written to, the first offset (inclusive) and the last one's next (exclusive).</summary>
    public IEnumerable<(int Partition, long First, long Next)> Ranges =>
        from entry in _ranges.Index()
        where entry.Item.Next > 0
        select (entry.Index, entry.Item.First, entry.Item.Next);

    /// <summary>Enters a batch.</summary>
    public void Acknowledge(PartitionBatch batch, AppendResult result)
    {
        lock (_gate)
        {
            Records += batch.Builder.RecordCount;
            InputBytes += batch.InputBytes;
            ref (long First, long Next) range = ref _ranges[batch.Partition];
            // A record's offset is below its batch's next one, so a range that has a batch never ends at 0.
            range = range.Next == 0
                ? (result.BaseOffset, result.NextOffset)
                : (range.First, Math.Max(range.Next, result.NextOffset));
            if (print is null) return;
            print.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{batch.Partition} {result.BaseOffset} {result.LastOffset}"));
            print.Flush();
        }
    }
}
