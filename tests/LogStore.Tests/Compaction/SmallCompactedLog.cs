using LogStore.IO;
using LogStore.Tests.Logs.Support;

namespace LogStore.Tests.Compaction;

/// <summary>A compacted log with segments of a few kilobytes and a clock of its own, in memory.</summary>
internal sealed class SmallCompactedLog : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new(inMemory: true);

    private SmallCompactedLog(Func<LogConfig, LogConfig>? configure, Storage? storage) => Options = new LogOptions
    {
        Directory = _directory.Path,
        TimeProvider = Clock,
        RetentionCheckInterval = TimeSpan.FromDays(40),
        Storage = storage ?? Storage.Default,
        Config = (configure ?? (config => config))(LogConfig.Default with
        {
            CleanupPolicy = CleanupPolicy.Compact,
            MinCleanableDirtyRatio = 0,
            DeleteRetentionMs = 10_000,
            SegmentBytes = 4096,
        }),
    };

    public ManualTimeProvider Clock { get; } = new();

    public LogOptions Options { get; }

    public Log Log { get; private set; } = null!;

    public static async Task<SmallCompactedLog> OpenAsync(
        Func<LogConfig, LogConfig>? configure = null, Storage? storage = null)
    {
        SmallCompactedLog small = new(configure, storage);
        small.Log = await Log.OpenAsync(small.Options);
        return small;
    }

    public AppendResult Append(string key, string? value) =>
        Log.Append(KeyedRecords.Batch(Clock.NowMs, null, [(key, value)]));

    /// <summary>Appends records of one more key until the segment before is sealed, and durable.</summary>
    public async Task FillAsync(int segments = 1)
    {
        for (int until = Log.SegmentCount + segments; Log.SegmentCount < until;) Append("filler", new string('x', 500));
        await Log.FlushAsync();
        // Truncation has the log to itself: when it has its turn, the segments that were full have been sealed.
        await Log.TruncateToAsync(Log.LogEndOffset);
    }

    public async Task ReopenAsync()
    {
        await Log.DisposeAsync();
        Log = await Log.OpenAsync(Options);
    }

    /// <summary>What is left of a key.</summary>
    public async Task<List<string?>> ValuesOfAsync(string key) =>
        [.. (await Log.ReadKeyedAsync()).Where(record => record.Key == key).Select(record => record.Value)];

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        _directory.Dispose();
    }
}
