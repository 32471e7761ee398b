using System.Diagnostics;
using FASTER.core;
using LogStore.Bench.Peers;
using LogStore.Bench.Running;
using LogStore.Records;

namespace LogStore.Bench.Scenarios;

/// <summary>Many callers append one record each and wait until it is durable, again and again: what group commit makes of it.</summary>
internal sealed class GroupCommitScenario : Scenario
{
    private const int Callers = 64;
    private const string One = "logstore, 1 caller";
    private const string Many = "logstore, 64 callers";
    private const string Peer = "FasterLog, 64 callers";

    public override string Name => "group";

    public override string Summary => "64 concurrent durable appends of 1 KiB against one";

    public override async Task RunAsync(BenchContext context)
    {
        int lone = context.Pick(200, 1000);
        int each = context.Pick(100, 500);
        int peerEach = context.Pick(20, 100);
        byte[] value = new byte[FlushScenario.RecordBytes];
        RecordBatchBuilder[] builders = [.. Enumerable.Range(0, Callers).Select(_ => new RecordBatchBuilder())];
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = context.Work.Create("group") });
        using FasterLogSettings settings = FasterLogs.Durable(context.Work.Create("group-faster"));
        using FasterLog faster = new(settings);

        context.Run(new Contest(
                "durable appends of 1 KiB", Metric.AppendsPerSecond, Metric.CpuPerAppend, Metric.AllocatedPerAppend)
        {
            Rounds = context.Pick(3, 15),
        }
            .Add(One, () => Measure(1, lone, _ => AppendAlone(log, builders[0], value, lone)))
            .Add(Many, () => Measure(Callers, each, caller => AppendAsync(log, builders[caller], value, each)))
            .Add(Peer, () => Measure(Callers, peerEach, _ => AppendAsync(faster, value, peerEach)))
            .Compare(Many, One, atLeast: 30)
            .Compare(Many, Peer, atLeast: 3));
        foreach (RecordBatchBuilder builder in builders) builder.Dispose();
    }

    private static double[] Measure(int callers, int each, Func<int, Task> run)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long started = Stopwatch.GetTimestamp();
        Task.WaitAll([.. Enumerable.Range(0, callers).Select(caller => Task.Run(() => run(caller)))]);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        double appends = (double)callers * each;
        return [appends / seconds, cpu.TotalMicroseconds / appends, allocated / appends];
    }

    private static Task AppendAlone(Log log, RecordBatchBuilder builder, byte[] value, int appends)
    {
        for (int index = 0; index < appends; index++) log.Append(Build(builder, value), AckWhen.Flushed);
        return Task.CompletedTask;
    }

    private static async Task AppendAsync(Log log, RecordBatchBuilder builder, byte[] value, int appends)
    {
        for (int index = 0; index < appends; index++) await log.AppendAsync(Build(builder, value), AckWhen.Flushed);
    }

    private static async Task AppendAsync(FasterLog faster, byte[] value, int appends)
    {
        for (int index = 0; index < appends; index++)
        {
            faster.Enqueue(value);
            await faster.CommitAsync();
        }
    }

    private static RecordBatch Build(RecordBatchBuilder builder, byte[] value)
    {
        builder.Reset();
        builder.TryAppend(0, default, value);
        return builder.Build();
    }
}
