using LogStore.IO;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>A segment may be deleted only once what it says of the producers is kept elsewhere.</summary>
public sealed class ProducerSnapshotTests
{
    private const long Producer = 7;
    private const string SecondSegment = "00000000000000000001.log";

    [Fact]
    public async Task AFullSegmentStaysUntilTheNextOneHasItsSnapshot()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        using GatedStorage storage = new(StorageOperation.Create, ".snapshot.tmp");
        await using Log log = await OpenAsync(directory.Path, storage);
        log.Append(Batches.Produced(Producer, 0, 0, Large));
        storage.Close();
        log.Append(Batches.Of(Large));
        await storage.ArrivalAsync();
        await log.DeleteRecordsAsync(1);
        (long start, int segments) = (log.LogStartOffset, log.SegmentCount);
        storage.Open(); // Before any assertion: closing the log would wait for it.
        Assert.Equal((1, 2), (start, segments));
    }

    [Fact]
    public async Task AKillBeforeTheFirstBatchOfASegmentForgetsNoProducer()
    {
        using TemporaryDirectory parent = new(inMemory: true);
        CrashImage? justRolled = null;
        RecordingStorage first = new(parent["first"]);
        first.Changed = () =>
        {
            CrashImage image = first.AfterKill();
            if (image.Files.TryGetValue(SecondSegment, out byte[]? content) && content.Length == 0) justRolled ??= image;
        };
        await using (Log log = await OpenAsync(parent["first"], first))
        {
            log.Append(Batches.Produced(Producer, 0, 0, Large));
            log.Append(Batches.Of(Large));
        }

        justRolled!.WriteTo(parent["second"]);
        RecordingStorage second = new(parent["second"]);
        await using (Log log = await OpenAsync(parent["second"], second))
        {
            log.Append(Batches.Of("of the second segment"), AckWhen.Flushed);
            await log.DeleteRecordsAsync(1);
            Assert.Equal(1, log.SegmentCount);
            second.AfterKill().WriteTo(parent["third"]);
        }

        await using Log reopened = await OpenAsync(parent["third"], Storage.Default);
        Assert.Equal(0, reopened.FindProducer(Producer)?.LastSequence);
    }

    private static string Large { get; } = new('x', 3000);

    private static ValueTask<Log> OpenAsync(string directory, Storage storage) => Log.OpenAsync(new LogOptions
    {
        Directory = directory,
        Storage = storage,
        ProducerIdExpiration = TimeSpan.FromDays(100_000),
        Config = LogConfig.Default with { SegmentBytes = 4096, RetentionMs = -1, Preallocate = false },
    });
}
