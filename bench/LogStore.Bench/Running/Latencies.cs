using System.Diagnostics;

namespace LogStore.Bench.Running;

/// <summary>The durations of one round's operations. Not thread-safe; its memory is kept from round to round.</summary>
internal sealed class Latencies(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;

    public void Clear() => _count = 0;

    /// <summary>Notes an operation that began at <paramref name="started"/> and has just ended.</summary>
    public void Add(long started) => _ticks[_count++] = Stopwatch.GetTimestamp() - started;

    /// <summary>The duration, in microseconds, that this share of the operations did not exceed.</summary>
    public double Percentile(double share)
    {
        Array.Sort(_ticks, 0, _count);
        int index = Math.Min(_count - 1, (int)Math.Ceiling(share * _count) - 1);
        return _ticks[Math.Max(0, index)] * 1e6 / Stopwatch.Frequency;
    }
}
