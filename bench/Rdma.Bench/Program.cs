using System.Diagnostics;
using System.Globalization;
using LogStore.Bench.Rdma;
using LogStore.Bench.Rdma.Replication;
using LogStore.Replicator.Rdma.Diagnostics;
using LogStore.Replicator.Rdma.Verbs;

// Measures our verbs layer beside rdma-core's perftest: in one run, on the same device, in turns of a few hundred
// milliseconds, so that whatever else the machine does meets both alike. `./dev bench rdma` runs it.
if (args is ["serve"])
{
    using ProbeServer server = new(0, new RdmaPortSelection());
    Console.WriteLine(server.TcpPort);
    await server.ServeAsync(Console.Error.WriteLine, CancellationToken.None);
    return;
}

if (args is ["follow", .. var follower])
{
    await FollowerProcess.RunAsync(follower);
    return;
}

if (args is ["replication", .. var replication])
{
    await new ReplicationContest(TurnsOf(replication, 3)).RunAsync(SizesOf(replication));
    return;
}

if (args is ["plot"])
{
    Console.Write(ReplicationPlot.Of(Console.In.ReadToEnd()));
    return;
}

int[] sizes = SizesOf(args);
int turns = TurnsOf(args, 7);

// perftest has a process on each side, and so have we. Servers have the second core and clients the first: two processes
// that spin on one core wait for each other by the scheduler's ticks, and the figure is the tick's.
using Process serving = Process.Start(new ProcessStartInfo("taskset", ["-c", "1", Environment.ProcessPath!, "serve"])
{
    UseShellExecute = false,
    RedirectStandardOutput = true,
})!;
try
{
    int port = int.Parse((await serving.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    using RdmaPort device = RdmaPort.Open(new RdmaPortSelection());
    Contest contest = new(port, new Perftest(device.Context.Device.Name, device.Source.Index));
    Console.WriteLine($"| what | bytes | ours: median [min–max] | perftest: median [min–max] | ratio of medians | of best turns |");
    Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
    foreach (int size in sizes)
    {
        await contest.LatencyAsync("WRITE, p50 µs, beside `ib_write_lat`", ProbeOperation.Write, "ib_write_lat", size, turns);
        await contest.LatencyAsync("SEND, p50 µs, beside `ib_send_lat`", ProbeOperation.Send, "ib_send_lat", size, turns);
        await contest.BandwidthAsync("WRITE, MiB/s, beside `ib_write_bw`", "ib_write_bw", size, turns);
    }
}
finally
{
    serving.Kill();
}

static int TurnsOf(string[] words, int otherwise) =>
    words.Length > 0 ? int.Parse(words[0], CultureInfo.InvariantCulture) : otherwise;

static int[] SizesOf(string[] words) => words.Length > 1
    ? [.. words[1].Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))]
    : [64, 1024, 65_536, 1 << 20];
