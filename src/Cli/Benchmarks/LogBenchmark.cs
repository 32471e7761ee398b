using System.Diagnostics;
using LogStore.Records;

namespace LogStore.Cli.Benchmarks;

/// <summary>
/// A quick measure of this machine: one log in a directory of its own, which is deleted afterwards. Ratios between
/// programs are the business of <c>./dev bench</c>.
/// </summary>
internal sealed class LogBenchmark : IAsyncDisposable
{
    private readonly BenchOptions _options;
    private readonly string _directory;
    private readonly Log _log;

    private LogBenchmark(BenchOptions options, string directory, Log log)
    {
        _options = options;
        _directory = directory;
        _log = log;
    }

    /// <summary>Makes the directory and opens an empty log in it.</summary>
    public static async Task<LogBenchmark> CreateAsync(BenchOptions options)
    {
        string parent = Directory.CreateDirectory(options.Directory ?? Path.GetTempPath()).FullName;
        string directory = Path.Combine(parent, $"logstore-bench-{Environment.ProcessId}");
        return new LogBenchmark(options, directory, await Log.OpenAsync(new LogOptions { Directory = directory }));
    }

    /// <summary>Appends all records, each thread its share, and waits for the last acknowledgement.</summary>
    public Task<BenchResult> AppendAsync(CancellationToken cancellationToken) =>
        RunAsync((thread, latencies) => Append(Share(thread), latencies, cancellationToken));

    /// <summary>Reads all records, on each thread, with checksums and records checked.</summary>
    public Task<BenchResult> ReadAsync(CancellationToken cancellationToken) =>
        RunAsync((_, latencies) => ReadAllAsync(latencies, cancellationToken).GetAwaiter().GetResult());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private long Share(int thread) =>
        (_options.Records / _options.Threads) + (thread < _options.Records % _options.Threads ? 1 : 0);

    private async Task<BenchResult> RunAsync(Func<int, List<TimeSpan>, (long Records, long Bytes)> work)
    {
        List<TimeSpan>[] latencies = [.. Enumerable.Range(0, _options.Threads).Select(_ => new List<TimeSpan>(1 << 16))];
        long started = Stopwatch.GetTimestamp();
        (long Records, long Bytes)[] done = await Task.WhenAll(Enumerable.Range(0, _options.Threads).Select(thread =>
            Task.Factory.StartNew(() => work(thread, latencies[thread]), CancellationToken.None,
                TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        TimeSpan[] all = [.. latencies.SelectMany(list => list)];
        Array.Sort(all);
        return new BenchResult(done.Sum(part => part.Records), done.Sum(part => part.Bytes), elapsed, all);
    }

    private (long Records, long Bytes) Append(long records, List<TimeSpan> latencies, CancellationToken cancellationToken)
    {
        byte[] value = new byte[_options.RecordBytes];
        new Random(1).NextBytes(value);
        using RecordBatchBuilder builder = new();
        long bytes = 0;
        for (long left = records; left > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            while (left > 0 && (builder.RecordCount == 0 || builder.SizeInBytes + value.Length <= _options.BatchBytes) &&
                   builder.TryAppend(now, NullableBytes.Null, value)) left--;
            RecordBatch batch = builder.Build();
            long started = Stopwatch.GetTimestamp();
            _log.Append(batch, _options.Acks);
            latencies.Add(Stopwatch.GetElapsedTime(started));
            bytes += batch.SizeInBytes;
            builder.Reset();
        }

        return (records, bytes);
    }

    private async Task<(long Records, long Bytes)> ReadAllAsync(
        List<TimeSpan> latencies, CancellationToken cancellationToken)
    {
        long records = 0;
        long bytes = 0;
        long started = Stopwatch.GetTimestamp();
        await foreach (RecordBatch batch in _log.ReadAsync(0, ReadMode.ToEnd, cancellationToken))
        {
            foreach (RecordView _ in batch) records++;
            bytes += batch.SizeInBytes;
            latencies.Add(Stopwatch.GetElapsedTime(started));
            started = Stopwatch.GetTimestamp();
        }

        return (records, bytes);
    }
}
