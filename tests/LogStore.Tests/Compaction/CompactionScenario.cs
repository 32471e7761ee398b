using LogStore.IO;
using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Compaction;

/// <summary>
/// Two lives of a small compacted log, always the same: durable appends, compactions between them. Each call may fail; what the
/// log must hold afterwards is the same whatever failed, as far as it came.
/// </summary>
internal sealed class CompactionScenario(string directory, Storage storage)
{
    private const int Batches = 72;

    private readonly Lock _gate = new();
    private long _flushedEnd;
    private long _compactedTo;

    public List<Exception> Errors { get; } = [];

    public int Compactions { get; private set; }

    public static LogOptions Options(string directory, Storage storage) => new()
    {
        Directory = directory,
        Storage = storage,
        Config = LogConfig.Default with
        {
            CleanupPolicy = CleanupPolicy.Compact,
            MinCleanableDirtyRatio = 0,
            DeleteRetentionMs = 0,
            SegmentBytes = 4096,
            IndexIntervalBytes = 512,
        },
    };

    /// <summary>What is promised at a moment at which no call begins or ends.</summary>
    public (long FlushedEnd, long CompactedTo) Promised()
    {
        lock (_gate) return (_flushedEnd, _compactedTo);
    }

    public async Task RunAsync(Action? onError = null)
    {
        int batch = 0;
        for (int life = 0; life < 2; life++)
        {
            Log? log = await TryAsync(async () => await Log.OpenAsync(Options(directory, storage)), onError)
                ?? await TryAsync(async () => await Log.OpenAsync(Options(directory, storage)), onError);
            if (log is null) return;
            await using (log)
            {
                for (int round = 0; round < 2; round++)
                {
                    batch = (int)(log.LogEndOffset / 4);
                    for (int until = batch + (Batches / 4); batch < until; batch++)
                    {
                        if (!await AppendAsync(log, batch, onError)) break;
                    }

                    LogCompaction? done = await TryAsync(async () => await log.CompactAsync(), onError);
                    if (done is null) continue;
                    Compactions++;
                    lock (_gate) _compactedTo = Math.Max(_compactedTo, done.CompactedTo);
                }
            }
        }
    }

    /// <summary>Opens what is left, as it is, and looks whether everything that was promised is there.</summary>
    public static async Task CheckAsync(string directory, long flushedEnd, long compactedTo)
    {
        await using (Log log = await Log.OpenAsync(Options(directory, Storage.Default)))
        {
            await CheckAsync(log, flushedEnd, compactedTo);
            await log.CompactAsync();
            await CheckAsync(log, flushedEnd, compactedTo);
            // The producer's last batch is remembered, if compaction has left none of its records.
            int last = (int)(log.LogEndOffset / 4) - 1;
            if (last >= 0) Assert.Equal(new AppendResult(last * 4, (last * 4) + 3, true), log.Append(Batch(last)));
        }

        foreach (string file in Directory.EnumerateFiles(directory))
            Assert.DoesNotContain(Path.GetExtension(file), new[] { ".cleaned", ".swap" });
        await using Log reopened = await Log.OpenAsync(Options(directory, Storage.Default));
        await CheckAsync(reopened, flushedEnd, compactedTo);
    }

    private static async Task CheckAsync(Log log, long flushedEnd, long compactedTo)
    {
        Assert.True(log.LogEndOffset >= flushedEnd, $"flushed up to {flushedEnd}, but the log ends at {log.LogEndOffset}");
        CompactedModel model = new() { CompactedTo = compactedTo };
        for (int batch = 0; batch < log.LogEndOffset / 4; batch++) model.Append(batch * 10, Records(batch));
        // How far a compaction under way may have come: any sealed segment.
        model.Check(await log.ReadKeyedAsync(), mayCompactTo: log.LogEndOffset);
    }

    private async Task<bool> AppendAsync(Log log, int batch, Action? onError) => await TryAsync(
        () =>
        {
            AppendResult result = log.Append(Batch(batch), AckWhen.Flushed);
            lock (_gate) _flushedEnd = Math.Max(_flushedEnd, result.NextOffset);
            return Task.FromResult<Log?>(log);
        },
        onError) is not null;

    private async Task<T?> TryAsync<T>(Func<Task<T?>> call, Action? onError) where T : class
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is LogStoreException or IOException)
        {
            Errors.Add(exception);
            onError?.Invoke();
            return null;
        }
    }

    /// <summary>Four records, of one key that is always new, one of ten, and one that is set and deleted by turns.</summary>
    private static (string, string?)[] Records(int batch) =>
    [
        ($"once {batch}", new string('a', 40)),
        ($"often {batch % 10}", $"{batch} {new string('b', 60)}"),
        ("always", $"{batch} {new string('c', 60)}"),
        ($"by turns {batch % 5}", batch / 5 % 2 == 1 ? null : $"{batch} {new string('d', 60)}"),
    ];

    private static RecordBatch Batch(int batch) =>
        KeyedRecords.Batch(batch * 10, (Id: 7, Sequence: batch * 4), Records(batch));
}
