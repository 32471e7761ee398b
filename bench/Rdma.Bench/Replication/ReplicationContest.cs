using System.Globalization;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>
/// A leader and a follower that replicate over RDMA and over TCP, beside perftest: lone appends, and as many as the link takes.
/// </summary>
/// <param name="turns">How often each is measured.</param>
/// <param name="spinMicroseconds">How long pollers spin before they sleep.</param>
internal sealed class ReplicationContest(int turns, int spinMicroseconds)
{
    private const string FirstDevice = "rxe0", SecondDevice = "rxe1";
    private const int Port = 18_700;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    public async Task RunAsync(int[] sizes)
    {
        using VethNamespace there = new();
        using RdmaPort first = RdmaPort.Open(new RdmaPortSelection { DeviceName = FirstDevice });
        using RdmaPort second = RdmaPort.Open(new RdmaPortSelection { DeviceName = SecondDevice });
        Perftest perftest = new(FirstDevice, first.Source.Index, SecondDevice, second.Source.Index);
        Console.WriteLine(
            "| batch, bytes | lone p50 µs: RDMA | TCP | `ib_write_lat` and two appends | RDMA / that | RDMA / TCP " +
            "| MiB/s: RDMA | TCP | `ib_write_bw` | RDMA / that | RDMA / TCP | leader's cores: RDMA, TCP " +
            "| allocated bytes for a batch: RDMA, TCP |");
        Console.WriteLine(string.Concat(Enumerable.Repeat("| --- ", 13)) + "|");
        foreach (int size in sizes) await RunAsync(size, perftest);
    }

    private async Task RunAsync(int size, Perftest perftest)
    {
        int rounds = size <= 4_096 ? 500 : size <= 65_536 ? 100 : 20;
        List<double> lone = [], loneTcp = [], floor = [], rate = [], rateTcp = [], floorRate = [];
        List<double> cores = [], coresTcp = [], allocated = [], allocatedTcp = [];
        int bytes = new BatchSource(size).Size;
        for (int turn = 0; turn < turns; turn++)
        {
            (double p50, Throughput through, double append) = await MeasureAsync(size, rounds, FirstDevice, () =>
                new FollowerProcess([], "127.0.0.1", $"{Port + 1}", "127.0.0.1", $"{Port}", SecondDevice, Spin));
            lone.Add(p50);
            rate.Add(through.MebibytesPerSecond);
            cores.Add(through.Cores);
            allocated.Add(through.AllocatedPerBatch);
            if (perftest.Run("ib_write_lat", bytes, rounds, column: 4) is double latency) floor.Add(latency + (2 * append));
            // About as many as we have sent in a second.
            int messages = Math.Max(200, (int)(through.MebibytesPerSecond * (1 << 20) / bytes));
            if (perftest.Run("ib_write_bw", bytes, messages, column: 3) is double best) floorRate.Add(best);
            (p50, through, _) = await MeasureAsync(size, rounds, device: null, () => new FollowerProcess(
                VethNamespace.Within, VethNamespace.There, $"{Port + 1}", VethNamespace.Here, $"{Port}", "-", Spin));
            loneTcp.Add(p50);
            rateTcp.Add(through.MebibytesPerSecond);
            coresTcp.Add(through.Cores);
            allocatedTcp.Add(through.AllocatedPerBatch);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {bytes} | {Spread(lone)} | {Spread(loneTcp)} | {Spread(floor)} | {Ratio(lone, floor)} ") +
            $"| {Ratio(lone, loneTcp)} " +
            $"| {Spread(rate)} | {Spread(rateTcp)} | {Spread(floorRate)} | {Ratio(rate, floorRate)} | {Ratio(rate, rateTcp)} " +
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {Median(cores):F2}, {Median(coresTcp):F2} | {Median(allocated):F1}, {Median(allocatedTcp):F1} |"));
    }

    private string Spin => spinMicroseconds.ToString(CultureInfo.InvariantCulture);

    private async Task<(double P50, Throughput Through, double Append)> MeasureAsync(
        int size, int rounds, string? device, Func<FollowerProcess> start)
    {
        await using Leader leader = new(device is null ? VethNamespace.Here : "127.0.0.1", Port, device, TimeSpan.FromMicroseconds(spinMicroseconds));
        using FollowerProcess follower = start();
        leader.Start(peer: 2, device is null ? VethNamespace.There : "127.0.0.1", Port + 1);
        await leader.Up.WaitAsync(TimeSpan.FromMinutes(1));
        BatchSource source = new(size);
        double[] times = await leader.LoneAsync(source, rounds);
        Array.Sort(times);
        Throughput through = await leader.PipelinedAsync(source, Duration);
        return (times[rounds / 2], through, leader.AppendAlone(source, rounds));
    }

    private static string Spread(List<double> values) => string.Create(CultureInfo.InvariantCulture,
        $"{Median(values):F1} [{values.Min():F1}–{values.Max():F1}]");

    private static string Ratio(List<double> ours, List<double> theirs) =>
        (Median(ours) / Median(theirs)).ToString("F2", CultureInfo.InvariantCulture);

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
