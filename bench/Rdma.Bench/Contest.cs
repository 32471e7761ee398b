using System.Globalization;
using System.Net;
using LogStore.Replicator.Rdma.Diagnostics;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Bench.Rdma;

/// <summary>Measures both sides in turns and prints a row of the table for each comparison.</summary>
internal sealed class Contest(int serverPort, Perftest perftest)
{
    public async Task LatencyAsync(string what, ProbeOperation operation, string tool, int bytes, int turns)
    {
        // An emulated machine takes tens of milliseconds for a round trip of 1 MiB.
        int rounds = bytes <= 4_096 ? 1_000 : bytes <= 65_536 ? 200 : 20;
        List<double> ours = [], theirs = [];
        for (int turn = 0; turn < turns; turn++)
        {
            using (ProbeClient client = await ConnectAsync(operation, bytes))
            {
                ours.Add(client.MeasureLatency(rounds).Percentile(0.5));
            }

            if (perftest.Run(tool, bytes, rounds, column: 4) is double value) theirs.Add(value);
        }

        // The best turn is the shortest latency.
        Print(what, bytes, ours, theirs, values => values.Min());
    }

    public async Task BandwidthAsync(string what, string tool, int bytes, int turns)
    {
        TimeSpan duration = TimeSpan.FromSeconds(1);
        List<double> ours = [], theirs = [];
        int messages = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            using (ProbeClient client = await ConnectAsync(ProbeOperation.WriteBandwidth, bytes))
            {
                BandwidthResult result = client.MeasureBandwidth(duration);
                ours.Add(result.MegabytesPerSecond * 1e6 / (1 << 20));
                // As many as we sent in the first turn, so that both take about as long.
                if (messages == 0) messages = (int)Math.Max(result.Messages, 200);
            }

            if (perftest.Run(tool, bytes, messages, column: 3) is double value) theirs.Add(value);
        }

        Print(what, bytes, ours, theirs, values => values.Max());
    }

    private Task<ProbeClient> ConnectAsync(ProbeOperation operation, int bytes) => ProbeClient.ConnectAsync(
        new DnsEndPoint("localhost", serverPort), new RdmaPortSelection { DeviceName = perftest.Device },
        operation, bytes, CancellationToken.None);

    private static void Print(
        string what, int bytes, List<double> ours, List<double> theirs, Func<IEnumerable<double>, double> best) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {what} | {bytes} | {Spread(ours)} | {Spread(theirs)} | {Median(ours) / Median(theirs):F2} | {best(ours) / best(theirs):F2} |"));

    private static string Spread(List<double> values) => string.Create(CultureInfo.InvariantCulture,
        $"{Median(values):F1} [{values.Min():F1}–{values.Max():F1}]");

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
