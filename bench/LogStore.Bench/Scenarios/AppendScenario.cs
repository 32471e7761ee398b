using LogStore.Bench.Floors;
using LogStore.Bench.Peers;
using LogStore.Bench.Running;

namespace LogStore.Bench.Scenarios;

/// <summary>Records into the page cache, as fast as they go, by one thread and by four.</summary>
internal sealed class AppendScenario : Scenario
{
    private const string Ours = "logstore";
    private const string Peer = "FasterLog";
    private const string Floor = "pwrite of 1 MiB";

    public override string Name => "append";

    public override string Summary => "records per second into the page cache, no flush";

    public override Task RunAsync(BenchContext context)
    {
        foreach (int size in (int[])[100, 1024])
        {
            foreach (int threads in (int[])[1, 4]) RunOne(context, size, threads);
        }

        return Task.CompletedTask;
    }

    private static void RunOne(BenchContext context, int size, int threads)
    {
        // Half a gigabyte, so that no round reaches the amount of dirty memory at which Linux holds writers back.
        int records = context.Pick(128, 512) * (1 << 20) / size / threads;
        using LogAppender ours = new(context.Work.Create("append"), size, threads, records);
        using FasterAppender peer = new(context.Work.Create("append-faster"), size, threads, records);
        using RawWrite floor = new(context.Work.Create("append-raw"), size, (long)records * threads);
        context.Run(new Contest(
            $"append of {size} B records, {threads} thread{(threads == 1 ? "" : "s")}, page cache",
            Metric.RecordsPerSecond, Metric.MegabytesPerSecond, Metric.AllocatedPerRecord)
        {
            // The same for all: page cache that was freed a moment ago. A hypervisor may have taken back what was freed
            // earlier, and giving it again costs more than anything measured here.
            Prepare = () => floor.Run(),
        }
            .Add(Ours, ours.Run)
            .Add(Peer, peer.Run)
            .Add(Floor, floor.Run)
            .Compare(Ours, Peer, atLeast: 1.5)
            .Compare(Ours, Floor));
    }
}
