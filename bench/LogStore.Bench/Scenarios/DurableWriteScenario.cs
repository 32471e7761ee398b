using System.Diagnostics;
using LogStore.Bench.Floors;
using LogStore.Bench.Running;

namespace LogStore.Bench.Scenarios;

/// <summary>The trial behind the log's way of writing: what a durable write costs in each way that Linux offers.</summary>
internal sealed class DurableWriteScenario : Scenario
{
    private const string Reserved = "reserved, fdatasync";
    private const string Zeroed = "zeroed, fdatasync";

    public override string Name => "ways";

    public override string Summary => "one durable write by fdatasync, O_DSYNC and O_DIRECT, into fresh, reserved and zeroed space";

    public override Task RunAsync(BenchContext context)
    {
        foreach ((string title, int size, bool aligned) in new[]
                 { ("1100 B", 1100, false), ("4 KiB", 4096, true), ("64 KiB", 64 << 10, true) })
            RunOne(context, title, size, aligned);
        return Task.CompletedTask;
    }

    private static void RunOne(BenchContext context, string title, int size, bool aligned)
    {
        int writes = context.Pick(40, 200);
        int rounds = context.Pick(3, 9);
        Latencies latencies = new(writes);
        List<DurableFile> files = [];
        Contest contest = new($"durable write of {title}", Metric.P50, Metric.P99) { Rounds = rounds, WarmUp = TimeSpan.Zero };
        Add("growing, fdatasync", FileState.Growing);
        Add(Reserved, FileState.Reserved);
        Add(Zeroed, FileState.Zeroed);
        Add("zeroed, O_DSYNC", FileState.Zeroed, synchronized: true);
        if (aligned)
        {
            Add("zeroed, O_DIRECT + fdatasync", FileState.Zeroed, direct: true);
            Add("zeroed, O_DIRECT + O_DSYNC", FileState.Zeroed, direct: true, synchronized: true);
            Add("reserved, O_DIRECT + O_DSYNC", FileState.Reserved, direct: true, synchronized: true);
        }

        context.Run(contest.Compare(Reserved, Zeroed));
        foreach (DurableFile file in files) file.Dispose();

        void Add(string name, FileState state, bool direct = false, bool synchronized = false)
        {
            long length = (((long)size * writes * rounds) | ((1 << 20) - 1)) + 1;
            DurableFile file = new(context.Work.Create("ways"), state, size, length, direct, synchronized);
            files.Add(file);
            contest.Add(name, () => Measure(latencies, writes, file));
        }
    }

    private static double[] Measure(Latencies latencies, int writes, DurableFile file)
    {
        latencies.Clear();
        for (int write = 0; write < writes; write++)
        {
            long began = Stopwatch.GetTimestamp();
            file.Append();
            latencies.Add(began);
        }

        return [latencies.Percentile(0.5), latencies.Percentile(0.99)];
    }
}
