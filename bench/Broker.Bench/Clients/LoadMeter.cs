using System.Diagnostics;
using LogStore.Bench.Running;

namespace LogStore.Bench.Broker.Clients;

/// <summary>Times a client that runs in this process, which does nothing else meanwhile.</summary>
internal sealed class LoadMeter
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    public Load Finish(long records, int bytesPerRecord) => new(
        Elapsed.TotalSeconds, records, records * bytesPerRecord, (Environment.CpuUsage.TotalTime - _cpu).TotalSeconds);

    /// <summary>Sends one record after the other, each when the one before it is acknowledged.</summary>
    /// <param name="send">Sends one and waits for its acknowledgement.</param>
    /// <param name="bytes">The bytes of a record.</param>
    /// <param name="duration">How long it goes on.</param>
    public static Load Lone(Action send, int bytes, TimeSpan duration)
    {
        const int Most = 1_000_000;
        Latencies latencies = new(Most);
        send(); // Unmeasured: whatever the first one sets up.
        LoadMeter meter = new();
        int count = 0;
        for (; count < Most && meter.Elapsed < duration; count++)
        {
            long begun = Stopwatch.GetTimestamp();
            send();
            latencies.Add(begun);
        }

        return meter.Finish(count, bytes) with { P50 = latencies.Percentile(0.5), P99 = latencies.Percentile(0.99) };
    }
}
