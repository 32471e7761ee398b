using System.Globalization;
using LogStore.Cli.Output;

namespace LogStore.Cli.Benchmarks;

/// <summary>What a benchmark measured.</summary>
/// <param name="Records">Records appended or read, by all threads.</param>
/// <param name="Bytes">Bytes of their batches.</param>
/// <param name="Elapsed">From the first to the last.</param>
/// <param name="Latencies">The time of each append, or of each batch read; sorted.</param>
internal sealed record BenchResult(long Records, long Bytes, TimeSpan Elapsed, TimeSpan[] Latencies)
{
    /// <summary>One line for each figure.</summary>
    public string Describe(string operation) => string.Create(CultureInfo.InvariantCulture, $"""
        records     {Quantity.Count(Records)} in {Quantity.Seconds(Elapsed)}
        rate        {Records / Elapsed.TotalSeconds:N0} records/s, {Quantity.Rate(Bytes, Elapsed)}
        {operation,-10}  p50 {Microseconds(0.50)} µs, p99 {Microseconds(0.99)} µs, max {Microseconds(1)} µs ({Latencies.Length:N0} batches)
        """);

    private string Microseconds(double quantile)
    {
        int index = Math.Clamp((int)Math.Ceiling(quantile * Latencies.Length) - 1, 0, Latencies.Length - 1);
        return Latencies[index].TotalMicroseconds.ToString("N1", CultureInfo.InvariantCulture);
    }
}
