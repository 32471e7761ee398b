using System.Globalization;

namespace LogStore.Cli.Producing;

/// <summary>What has been acknowledged: counted for the summary and, when asked for, printed as it happens.</summary>
/// <param name="print">Where to print; null for nowhere.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class AckLedger(TextWriter? print)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, (long First, long Next)> _ranges = [];
    private long _records;
    private long _inputBytes;

    /// <summary>Records acknowledged.</summary>
    public long Records
    {
        get
        {
            lock (_gate) return _records;
        }
    }

    /// <summary>Bytes of the input that those records were made of.</summary>
    public long InputBytes
    {
        get
        {
            lock (_gate) return _inputBytes;
        }
    }

    /// <summary>For each partition written to, the first offset (inclusive) and the last one's next (exclusive).</summary>
    public (int Partition, long First, long Next)[] Ranges
    {
        get
        {
            lock (_gate) return [.. _ranges.Select(range => (range.Key, range.Value.First, range.Value.Next))];
        }
    }

    /// <summary>Enters a batch.</summary>
    /// <param name="partition">Its partition.</param>
    /// <param name="records">How many records it has.</param>
    /// <param name="baseOffset">The offset of the first; -1 if nobody knows.</param>
    public void Acknowledge(int partition, int records, long baseOffset)
    {
        lock (_gate)
        {
            _records += records;
            long next = baseOffset + records;
            if (baseOffset >= 0)
            {
                _ranges[partition] = _ranges.TryGetValue(partition, out (long First, long Next) range)
                    ? (range.First, Math.Max(range.Next, next))
                    : (baseOffset, next);
            }

            if (print is null) return;
            long last = baseOffset < 0 ? -1 : next - 1;
            print.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{partition} {baseOffset} {last}"));
            print.Flush();
        }
    }

    /// <summary>Counts input that has been acknowledged.</summary>
    public void CountInput(long bytes)
    {
        lock (_gate) _inputBytes += bytes;
    }
}
