using System.Diagnostics;
using FASTER.core;
using LogStore.Bench.Floors;
using LogStore.Bench.Peers;
using LogStore.Bench.Running;
using LogStore.Records;

namespace LogStore.Bench.Scenarios;

/// <summary>A lone caller appends one record and waits until it is durable.</summary>
internal sealed class FlushScenario : Scenario
{
    public const int RecordBytes = 1024;

    private const string Floor = "pwrite + fdatasync";
    private const string Blocking = "Log.Append";
    private const string Awaiting = "Log.AppendAsync";
    private const string Peer = "FasterLog";

    public override string Name => "flush";

    public override string Summary => "one durable append at a time";

    public override async Task RunAsync(BenchContext context)
    {
        int appends = context.Pick(200, 1000);
        Latencies latencies = new(appends);
        byte[] value = new byte[RecordBytes];
        using RecordBatchBuilder builder = new();
        builder.TryAppend(0, default, value);
        RecordBatch batch = builder.Build();

        using RawFlush floor = new(context.Work.Create("raw"), batch.SizeInBytes, length: 64 << 20);
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = context.Work.Create("flush") });
        using FasterLogSettings settings = FasterLogs.Durable(context.Work.Create("flush-faster"));
        using FasterLog faster = new(settings);

        context.Run(new Contest(
                "durable append of one 1 KiB record, one caller", Metric.P50, Metric.P99, Metric.AppendsPerSecond)
        {
            Rounds = context.Pick(3, 15),
        }
            .Add(Floor, () => Measure(latencies, appends, floor.Append))
            .Add(Blocking, () => Measure(latencies, appends, () => log.Append(batch, AckWhen.Flushed)))
            .Add(Awaiting, () => Task.Run(() => MeasureAsync(latencies, appends, log, batch)).GetAwaiter().GetResult())
            .Add(Peer, () => Measure(latencies, appends, () => AppendAndCommit(faster, value)))
            .Compare(Blocking, Floor, atMost: 1.2)
            .Compare(Blocking, Floor, metric: 1)
            .Compare(Awaiting, Floor)
            .Compare(Awaiting, Floor, metric: 1)
            .Compare(Blocking, Peer, metric: 2, atLeast: 3)
            .Compare(Awaiting, Peer, metric: 2));
    }

    private static void AppendAndCommit(FasterLog faster, byte[] value)
    {
        faster.Enqueue(value);
        faster.Commit(spinWait: true);
    }

    private static double[] Measure(Latencies latencies, int appends, Action append)
    {
        latencies.Clear();
        long started = Stopwatch.GetTimestamp();
        for (int index = 0; index < appends; index++)
        {
            long begin = Stopwatch.GetTimestamp();
            append();
            latencies.Add(begin);
        }

        return Results(latencies, appends, started);
    }

    private static async Task<double[]> MeasureAsync(Latencies latencies, int appends, Log log, RecordBatch batch)
    {
        latencies.Clear();
        long started = Stopwatch.GetTimestamp();
        for (int index = 0; index < appends; index++)
        {
            long begin = Stopwatch.GetTimestamp();
            await log.AppendAsync(batch, AckWhen.Flushed);
            latencies.Add(begin);
        }

        return Results(latencies, appends, started);
    }

    private static double[] Results(Latencies latencies, int appends, long started)
    {
        double rate = appends / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return [latencies.Percentile(0.5), latencies.Percentile(0.99), rate];
    }
}
