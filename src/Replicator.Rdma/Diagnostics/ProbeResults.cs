using System.Diagnostics;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>The latencies of a probe: each is half of a round trip, as perftest counts.</summary>
public sealed class LatencyResult
{
    private readonly long[] _sortedTicks;

    internal LatencyResult(long[] roundTripTicks)
    {
        _sortedTicks = roundTripTicks;
        Array.Sort(_sortedTicks);
    }

    /// <summary>How many round trips were measured.</summary>
    public int Count => _sortedTicks.Length;

    /// <summary>The shortest, in microseconds.</summary>
    public double Min => Microseconds(0);

    /// <summary>The longest, in microseconds.</summary>
    public double Max => Microseconds(_sortedTicks.Length - 1);

    /// <summary>The value that a fraction of all stays within, in microseconds.</summary>
    /// <param name="fraction">0 to 1: 0.5 is the median.</param>
    public double Percentile(double fraction) =>
        Microseconds(Math.Clamp((int)Math.Ceiling(fraction * _sortedTicks.Length) - 1, 0, _sortedTicks.Length - 1));

    private double Microseconds(int index) => _sortedTicks[index] * 1e6 / Stopwatch.Frequency / 2;
}

/// <summary>The bandwidth of a probe.</summary>
/// <param name="Messages">How many messages were confirmed.</param>
/// <param name="Bytes">How many bytes each had.</param>
/// <param name="Elapsed">From the first post to the last confirmation.</param>
public readonly record struct BandwidthResult(long Messages, int Bytes, TimeSpan Elapsed)
{
    /// <summary>Millions of bytes in a second.</summary>
    public double MegabytesPerSecond => Messages * (double)Bytes / Elapsed.TotalSeconds / 1e6;

    /// <summary>Messages in a second.</summary>
    public double MessagesPerSecond => Messages / Elapsed.TotalSeconds;
}
