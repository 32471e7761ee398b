using System.Diagnostics;
using LogStore.Bench.Floors;
using LogStore.Bench.Running;
using LogStore.IO;
using LogStore.Records;

namespace LogStore.Bench.Scenarios;

/// <summary>Opening many partitions, after a clean close and after a crash.</summary>
internal sealed class OpenScenario : Scenario
{
    private const int SegmentBytes = 2 << 20;
    private const int Segments = 5;
    private const int ActiveBytes = 256 * 1024;

    public override string Name => "open";

    public override string Summary => "open of many partitions after a clean close and after a crash";

    public override async Task RunAsync(BenchContext context)
    {
        int partitions = context.Pick(100, 1000);
        string clean = context.Work.Create("open-template");
        string crashed = context.Work.Create("open-template");
        await CreateTemplatesAsync(clean, crashed);
        long bytes = Directory.GetFiles(clean, "*.log").Sum(path => new FileInfo(path).Length) * partitions;
        context.Run(new Contest(
                $"open of {partitions} partitions, {bytes / (double)(1 << 30):F1} GiB in {Segments + 1} segments each",
                Metric.Milliseconds, new Metric("ms/partition", Metric.Milliseconds.Format))
        {
            Rounds = context.Pick(1, 3),
            WarmUp = TimeSpan.Zero,
        }
            .Add("after a clean close", () => Measure(context, clean, partitions))
            .Add("after a crash", () => Measure(context, crashed, partitions))
            .Compare("after a crash", "after a clean close"));
    }

    private static double[] Measure(BenchContext context, string template, int partitions)
    {
        string parent = context.Work.Create("open");
        string[] directories = [.. Enumerable.Range(0, partitions).Select(index => Path.Combine(parent, $"bench-{index}"))];
        foreach (string directory in directories) Clone(template, directory);
        long started = Stopwatch.GetTimestamp();
        Log[] logs = Task.WhenAll(directories.Select(directory => Log.OpenAsync(Options(directory)).AsTask()))
            .GetAwaiter().GetResult();
        double elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        Task.WhenAll(logs.Select(log => log.DisposeAsync().AsTask())).GetAwaiter().GetResult();
        Directory.Delete(parent, recursive: true);
        return [elapsed, elapsed / partitions];
    }

    private static LogOptions Options(string directory) =>
        new() { Directory = directory, Config = new LogConfig { SegmentBytes = SegmentBytes } };

    /// <summary>One partition as a kill leaves it, and the same one closed.</summary>
    private static async Task CreateTemplatesAsync(string clean, string crashed)
    {
        await using Log log = await Log.OpenAsync(Options(clean));
        using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions { MaxBytes = 16 * 1024 });
        while (builder.TryAppend(0, default, new byte[1024]))
        {
        }

        RecordBatch batch = builder.Build();
        while (log.SegmentCount <= Segments) await log.AppendAsync(batch);
        for (int bytes = 0; bytes < ActiveBytes; bytes += batch.SizeInBytes) await log.AppendAsync(batch);
        await log.FlushAsync();
        Clone(clean, crashed);
    }

    /// <summary>
    /// A partition with the template's content. Full segments, which never change, are shared by hard links: every partition
    /// has all of its data, and the disk has it once.
    /// </summary>
    private static void Clone(string template, string directory)
    {
        Directory.CreateDirectory(directory);
        string[] segments = [.. Directory.GetFiles(template, "*.log").Order(StringComparer.Ordinal)];
        foreach (string path in Directory.GetFiles(template))
        {
            string target = Path.Combine(directory, Path.GetFileName(path));
            if (Path.GetFileName(path) == DirectoryLock.FileName) continue;
            if (segments.AsSpan(0, segments.Length - 1).Contains(path)) Libc.Link(path, target);
            else File.Copy(path, target);
        }
    }
}
