using LogStore.IO;
using LogStore.Records;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;

namespace LogStore.Tests.Logs.Model;

/// <summary>
/// A log with one of everything, in as few bytes as possible: a sealed segment and an active one with an index entry
/// each, two leader epochs, an idempotent producer; as a clean close and as a kill have left it.
/// </summary>
internal sealed class SmallLog
{
    private const long Producer = 7;
    private const int BatchesPerSegment = 2;
    private const int Segments = 2;

    private SmallLog(CrashImage killed, CrashImage closed, List<StoredRecord> records)
    {
        Killed = killed;
        Closed = closed;
        Records = records;
    }

    public CrashImage Killed { get; }

    public CrashImage Closed { get; }

    public List<StoredRecord> Records { get; }

    /// <summary>Where the second leader epoch begins.</summary>
    public const long SecondEpoch = (BatchesPerSegment + 1) * 2;

    /// <summary>The offset of the last segment.</summary>
    public long LastSegment => (Segments - 1) * BatchesPerSegment * 2;

    public static LogOptions Options(string directory, Storage? storage = null) => new()
    {
        Directory = directory,
        Storage = storage ?? Storage.Default,
        Config = LogConfig.Default with
        {
            SegmentMs = 1_000_000,
            IndexIntervalBytes = 64,
            RetentionMs = -1,
            Preallocate = false,
        },
    };

    public static async Task<SmallLog> CreateAsync()
    {
        using TemporaryDirectory parent = new(inMemory: true);
        RecordingStorage storage = new(parent["log"]);
        CrashImage killed;
        List<StoredRecord> records;
        await using (Log log = await Log.OpenAsync(Options(parent["log"], storage)))
        {
            for (int batch = 0; batch < Segments * BatchesPerSegment; batch++)
            {
                if (batch == BatchesPerSegment + 1) log.BeginLeaderEpoch(1);
                log.Append(Batch(batch), AckWhen.Flushed);
            }

            await log.FlushAsync();
            await log.TruncateToAsync(log.LogEndOffset); // Has the log to itself: nobody is sealing any more.
            killed = storage.AfterKill();
            records = await log.ReadAllAsync();
        }

        return new SmallLog(killed, storage.AfterKill(), records);
    }

    /// <summary>The batch that was appended last, to be recognised when it is sent again.</summary>
    public static RecordBatch LastBatch() => Batch((Segments * BatchesPerSegment) - 1);

    private static RecordBatch Batch(int number)
    {
        long timestamp = 1 + (number / BatchesPerSegment * 1_000_000L) + (number * 1000);
        return Batches.Build((Producer, 0, number * 2), timestamp, $"a{number}", $"b{number}");
    }
}
