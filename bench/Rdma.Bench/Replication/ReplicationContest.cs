using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>
/// A leader with one follower and with two that replicate over RDMA and over TCP, beside perftest: lone appends, and as many as
/// followers take.
/// </summary>
/// <param name="turns">How often each is measured.</param>
internal sealed class ReplicationContest(int turns)
{
    private const string FirstDevice = "rxe0", SecondDevice = "rxe1";
    private const int Port = 18_700;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    public async Task RunAsync(int[] sizes)
    {
        using VethNamespace there = new();
        using RdmaPort first = RdmaPort.Open(new RdmaPortSelection { DeviceName = FirstDevice });
        using RdmaPort second = RdmaPort.Open(new RdmaPortSelection { DeviceName = SecondDevice });
        Perftest perftest = new(FirstDevice, first.Source.Index, SecondDevice, second.Source.Index);
        Console.WriteLine(ReplicationRow.Header);
        foreach (int followers in (int[])[1, 2])
        {
            foreach (int size in sizes) Console.WriteLine(await MeasureAsync(followers, size, perftest));
        }
    }

    private async Task<ReplicationRow> MeasureAsync(int followers, int size, Perftest perftest)
    {
        int rounds = size <= 4_096 ? 500 : size <= 65_536 ? 100 : 20;
        byte[] batch = SampleBatch.Build(size);
        ReplicationRow row = new(followers, batch.Length);
        for (int turn = 0; turn < turns; turn++)
        {
            (double p50, Throughput through, double append) = await RunAsync(followers, batch, rounds, isRdma: true);
            row.Rdma.Add(p50, through);
            if (perftest.Run("ib_write_lat", batch.Length, rounds, column: 4) is double latency) row.Floor.Add(latency + (2 * append));
            // About as many as we have sent in a second.
            int messages = Math.Max(200, (int)(through.MebibytesPerSecond * (1 << 20) / batch.Length));
            if (perftest.Run("ib_write_bw", batch.Length, messages, column: 3) is double best) row.FloorRate.Add(best);
            (p50, through, _) = await RunAsync(followers, batch, rounds, isRdma: false);
            row.Tcp.Add(p50, through);
        }

        return row;
    }

    private static async Task<(double P50, Throughput Through, double Append)> RunAsync(
        int followers, byte[] batch, int rounds, bool isRdma)
    {
        (string here, string there) = isRdma ? ("127.0.0.1", "127.0.0.1") : (VethNamespace.Here, VethNamespace.There);
        await using Leader leader = new(followers, here, Port, isRdma ? FirstDevice : null);
        List<FollowerProcess> processes = [];
        try
        {
            for (int follower = 1; follower <= followers; follower++)
            {
                processes.Add(new FollowerProcess(
                    isRdma ? [] : VethNamespace.Within, $"{1 + follower}", there, $"{Port + follower}", here, $"{Port}",
                    isRdma ? SecondDevice : "-"));
            }

            leader.Start([.. Enumerable.Range(1, followers).Select(follower => (1 + follower, there, Port + follower))]);
            await leader.Up.WaitAsync(TimeSpan.FromMinutes(1));
            double[] times = await leader.LoneAsync(batch, rounds);
            Array.Sort(times);
            Throughput through = leader.Pipelined(
                batch, Duration, () => processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.ProcessorTime));
            return (times[rounds / 2], through, leader.AppendAlone(batch, rounds));
        }
        finally
        {
            foreach (FollowerProcess process in processes) process.Dispose();
        }
    }
}
