using System.Globalization;

namespace LogStore.Cluster.Tests.Faults;

/// <summary>How long it took from the end of a leader to the first acknowledgement of what was written after it.</summary>
internal sealed class FailoverTimes
{
    private readonly List<double> _milliseconds = [];

    public void Add(TimeSpan time) => _milliseconds.Add(time.TotalMilliseconds);

    public override string ToString()
    {
        if (_milliseconds.Count == 0) return "no failovers";
        double[] sorted = [.. _milliseconds.Order()];
        double at(double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted.Length} failovers: p50 {at(0.5):0} ms, p99 {at(0.99):0} ms, longest {sorted[^1]:0} ms");
    }
}
