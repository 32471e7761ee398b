using LogStore.IO;

namespace LogStore.Tests.Logs.Model;

/// <summary>
/// One life after another of a small log that does everything a log does to files: appends at every level, rolls, flushes,
/// truncates, deletes, closes, opens again. Each call may fail; the ledger knows what each outcome allows.
/// </summary>
internal sealed class FaultScenario(string directory, Storage storage, Ledger ledger)
{
    private const int Batches = 24;

    private readonly Lock _gate = new();
    private int _value;

    /// <summary>Every error that a call has ended with.</summary>
    public List<Exception> Errors { get; } = [];

    public static LogOptions Options(string directory, Storage storage) => new()
    {
        Directory = directory,
        Storage = storage,
        Config = LogConfig.Default with
        {
            SegmentBytes = 4096,
            IndexIntervalBytes = 512,
            RetentionMs = -1,
            RetentionBytes = 12_000,
        },
    };

    /// <summary>Runs all lives, or as many as can be opened.</summary>
    /// <param name="onRejected">Called when the device was full; it may make room.</param>
    public async Task RunAsync(Action? onRejected = null)
    {
        for (int life = 0; life < 3; life++)
        {
            Log? log = await OpenAsync(onRejected);
            if (log is null) return;
            await using (log)
            {
                await LiveAsync(log, life, onRejected);
            }
        }
    }

    /// <summary>Looks at the ledger at a moment at which no call begins or ends.</summary>
    public void Freeze(Action<Ledger> look)
    {
        lock (_gate) look(ledger);
    }

    private async Task<Log?> OpenAsync(Action? onRejected)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                return await Log.OpenAsync(Options(directory, storage));
            }
            catch (IOException exception)
            {
                Errors.Add(exception);
                onRejected?.Invoke();
            }
        }

        return null;
    }

    private async Task LiveAsync(Log log, int life, Action? onRejected)
    {
        for (int batch = 0; batch < Batches; batch++)
        {
            await AppendAsync(log, (AckWhen)(1 + (batch % 2)), onRejected);
            if (batch % 7 == 5) await CallAsync(() => log.FlushAsync(), ledger.Flushed, onRejected);
        }

        if (life == 1)
        {
            long end = log.LogEndOffset - 30;
            lock (_gate) ledger.TryTruncate(end - 5);
            long cut = 0;
            await CallAsync(
                async () => cut = await log.TruncateToAsync(end), () => ledger.Truncated(cut), onRejected);
            await AppendAsync(log, AckWhen.Flushed, onRejected);
        }

        long start = log.LogStartOffset + 12;
        lock (_gate) ledger.TryDelete(start);
        await CallAsync(async () => await log.DeleteRecordsAsync(start), () => ledger.Deleted(start), onRejected);
        if (life != 2) return;
        lock (_gate) ledger.TryDelete(log.LogEndOffset);
        await CallAsync(() => log.ApplyRetentionAsync(), () => ledger.Deleted(log.LogStartOffset), onRejected);
    }

    private async Task AppendAsync(Log log, AckWhen ack, Action? onRejected)
    {
        string[] values = [.. Enumerable.Range(0, 5).Select(_ => $"value {_value++} {new string('x', 60)}")];
        long expected = log.LogEndOffset;
        lock (_gate) ledger.Try(expected, values);
        AppendResult result = default;
        bool done = await CallAsync(
            () =>
            {
                result = log.Append(Support.Batches.Of(values), ack);
                return ValueTask.CompletedTask;
            },
            () => ledger.Promise(result, ack, values),
            onRejected);
        if (!done && Errors[^1] is DiskFullException && expected == log.LogEndOffset)
        {
            lock (_gate) ledger.Reject(expected);
        }
    }

    private async Task<bool> CallAsync(Func<ValueTask> call, Action done, Action? onRejected)
    {
        try
        {
            await call();
            lock (_gate) done();
            return true;
        }
        catch (Exception exception) when (exception is LogStoreException or IOException)
        {
            Errors.Add(exception);
            if (exception is DiskFullException || LibC.IsDiskFull(exception)) onRejected?.Invoke();
            return false;
        }
    }
}
