using System.Diagnostics;
using LogStore.Bench.Floors;
using LogStore.Bench.Running;
using LogStore.Records;

namespace LogStore.Bench.Scenarios;

/// <summary>Reading a log from its beginning to its end, every checksum checked, against cat of the same files.</summary>
internal sealed class ReadScenario : Scenario
{
    private const int BatchBytes = 64 * 1024;
    private const int RecordBytes = 1024;
    private const string Floor = "cat FILES >/dev/null";
    private const string Batches = "logstore, batches";
    private const string Records = "logstore, records";

    public override string Name => "read";

    public override string Summary => "sequential read, checksums checked, against cat of the same files";

    public override async Task RunAsync(BenchContext context)
    {
        string directory = context.Work.Create("read");
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = directory });
        Fill(log, context.Pick(256, 2048) * (1L << 20));
        string[] files = Directory.GetFiles(directory, "*.log");
        Run(context, log, files, cold: false);
        Run(context, log, files, cold: true);
    }

    private static void Run(BenchContext context, Log log, string[] files, bool cold)
    {
        long bytes = log.SizeInBytes;
        string title = $"read of {bytes >> 20} MiB in batches of 64 KiB, records of 1 KiB";
        context.Run(new Contest(
                $"{title}, {(cold ? "cold" : "warm")}", Metric.MegabytesPerSecond)
        {
            Prepare = cold ? () => Array.ForEach(files, Libc.DropFromCache) : null,
            WarmUp = cold ? TimeSpan.Zero : null,
            Rounds = cold ? context.Pick(1, 5) : null,
        }
            .Add(Floor, () => Measure(() => CatFloor.Run(files)))
            .Add(Batches, () => Measure(() => ReadAsync(log, records: false).GetAwaiter().GetResult()))
            .Add(Records, () => Measure(() => ReadAsync(log, records: true).GetAwaiter().GetResult()))
            .Compare(Batches, Floor, atLeast: cold ? null : 0.8)
            .Compare(Records, Floor, atLeast: cold ? null : 0.8));

        double[] Measure(Action read)
        {
            long started = Stopwatch.GetTimestamp();
            read();
            return [bytes / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6];
        }
    }

    private static async Task ReadAsync(Log log, bool records)
    {
        long expected = log.LogEndOffset;
        long seen = 0;
        await foreach (RecordBatch batch in log.ReadAsync(0))
        {
            if (!records)
            {
                seen += batch.RecordCount;
                continue;
            }

            foreach (RecordView record in batch)
            {
                if (record.Value.Length == RecordBytes) seen++;
            }
        }

        if (seen != expected) throw new InvalidDataException($"read {seen} records of {expected}");
    }

    private static void Fill(Log log, long bytes)
    {
        using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions { MaxBytes = BatchBytes });
        byte[] value = new byte[RecordBytes];
        new Random(1).NextBytes(value);
        for (long written = 0; written < bytes; written += builder.SizeInBytes)
        {
            builder.Reset();
            while (builder.TryAppend(0, default, value))
            {
            }

            log.Append(builder.Build(), AckWhen.None);
        }

        log.FlushAsync().AsTask().GetAwaiter().GetResult(); // Only clean pages can be dropped from the cache.
    }
}
