using System.Text;
using LogStore.Records;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Compaction;

/// <summary>What compaction keeps, when it runs, and what it gives way to.</summary>
public sealed class CompactionTests
{
    [Fact]
    public async Task ARecordWithoutKeyIsRefusedAndNothingIsAppended()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        RecordWithoutKeyException error =
            Assert.Throws<RecordWithoutKeyException>(() => small.Log.Append(Batches.Of("no key")));
        Assert.Equal(0, error.Index);
        Assert.Equal(0, small.Log.LogEndOffset);
        Assert.Equal(0, small.Append("key", "value").BaseOffset);
    }

    [Fact]
    public async Task ATombstoneStaysForItsRetentionAndGoesWithTheNextCompaction()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        small.Append("key", "value");
        small.Append("key", null);
        small.Log.Append(KeyedRecords.Batch(small.Clock.NowMs, null, [("other", "kept"), ("gone", null)], CompressionType.Gzip));
        List<KeyedRecord> written = await small.Log.ReadKeyedAsync();
        await small.FillAsync();
        Assert.NotNull(await small.Log.CompactAsync());
        Assert.Equal(written[1..], (await small.Log.ReadKeyedAsync()).Take(3)); // The value is gone, the times are as they were.

        small.Clock.Advance(TimeSpan.FromMilliseconds(9_999));
        await small.FillAsync();
        Assert.NotNull(await small.Log.CompactAsync());
        Assert.Equal([null], await small.ValuesOfAsync("key"));

        small.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await small.FillAsync();
        Assert.NotNull(await small.Log.CompactAsync());
        Assert.Empty(await small.ValuesOfAsync("key"));
        Assert.Empty(await small.ValuesOfAsync("gone"));
        Assert.Equal(written[2], (await small.Log.ReadKeyedAsync())[0]);
    }

    [Fact]
    public async Task NothingIsDoneUntilEnoughIsDirty()
    {
        await using SmallCompactedLog small =
            await SmallCompactedLog.OpenAsync(config => config with { MinCleanableDirtyRatio = 0.5 });
        for (int key = 0; key < 60; key++) small.Append($"key {key}", new string('x', 500));
        await small.FillAsync();
        Assert.NotNull(await small.Log.CompactAsync());
        await small.FillAsync();
        Assert.Null(await small.Log.CompactAsync());
        await small.FillAsync(segments: 12);
        Assert.NotNull(await small.Log.CompactAsync());
    }

    [Fact]
    public async Task WhatIsYoungerThanTheMinimumLagIsLeftAlone()
    {
        await using SmallCompactedLog small =
            await SmallCompactedLog.OpenAsync(config => config with { MinCompactionLagMs = 60_000 });
        small.Append("key", "old");
        small.Append("key", "new");
        await small.FillAsync();
        small.Clock.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.Null(await small.Log.CompactAsync());
        small.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await small.Log.CompactAsync());
        Assert.Equal(["new"], await small.ValuesOfAsync("key"));
    }

    [Fact]
    public async Task WhatIsOlderThanTheMaximumLagIsCompactedOutOfTheActiveSegment()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync(
            config => config with { MinCleanableDirtyRatio = 1, MaxCompactionLagMs = 60_000 });
        small.Append("key", "old");
        small.Append("key", "new");
        small.Clock.Advance(TimeSpan.FromMilliseconds(60_000));
        Assert.Null(await small.Log.CompactAsync());
        small.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await small.Log.CompactAsync());
        Assert.Equal(["new"], await small.ValuesOfAsync("key"));
        Assert.Equal(2, small.Log.LogEndOffset);
        Assert.Equal(2, small.Append("key", "next").BaseOffset);
    }

    [Fact]
    public async Task SmallSegmentsGrowTogetherAndTheCheckpointOutlivesTheLog()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        await small.FillAsync(segments: 10);
        Assert.NotNull(await small.Log.CompactAsync());
        Assert.NotNull(await (await WithMoreAsync()).CompactAsync());
        Assert.InRange(small.Log.SegmentCount, 1, 4);
        await small.ReopenAsync();
        Assert.Null(await small.Log.CompactAsync());

        async Task<Log> WithMoreAsync()
        {
            await small.FillAsync();
            return small.Log;
        }
    }

    [Fact]
    public async Task AMapThatIsTooSmallForAllKeysTakesSeveralRuns()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        await small.Log.DisposeAsync();
        await using Log log = await Log.OpenAsync(small.Options with { CompactionMapBytes = 1024 });
        for (int round = 0; round < 2; round++)
        {
            for (int key = 0; key < 200; key++) log.Append(KeyedRecords.Batch(($"key {key}", $"{round}")));
        }

        await log.TruncateToAsync(log.LogEndOffset); // When it has its turn, the full segments have been sealed.
        int runs = 0;
        while (await log.CompactAsync() is not null) runs++;
        Assert.True(runs > 5, $"{runs} runs");
        List<KeyedRecord> left = await log.ReadKeyedAsync();
        Assert.Equal(200, left.Count(record => record.Value == "1"));
        Assert.InRange(left.Count, 200, 250); // All but what the active segment repeats.
    }

    [Fact]
    public async Task ABatchThatTheMapHasNoRoomForSupersedesNothing()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        await small.Log.DisposeAsync();
        await using Log log = await Log.OpenAsync(small.Options with { CompactionMapBytes = 1024 });
        log.Append(KeyedRecords.Batch(("key", "old")));
        for (int batch = 0; batch < 50; batch++)
            log.Append(KeyedRecords.Batch(("key", $"{batch}"), ($"{batch} a", "value"), ($"{batch} b", "value")));
        await log.TruncateToAsync(log.LogEndOffset); // When it has its turn, the full segments have been sealed.
        LogCompaction? done = await log.CompactAsync();
        Assert.InRange(done!.CompactedTo, 4, log.LogEndOffset - 4);
        Assert.Equal(done.CompactedTo, await log.TruncateToAsync(done.CompactedTo));
        KeyedRecord left = Assert.Single(await log.ReadKeyedAsync(), record => record.Key == "key");
        Assert.Equal(done.CompactedTo - 3, left.Offset);
    }

    [Fact]
    public async Task CompactionGivesWayToATruncationAndGoesOnLater()
    {
        using GatedStorage storage = new(StorageOperation.Create, ".log.cleaned");
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync(storage: storage);
        small.Append("key", "old");
        small.Append("key", "new");
        await small.FillAsync(segments: 3);
        storage.Close();
        Task<LogCompaction?> compaction = small.Log.CompactAsync().AsTask();
        await storage.ArrivalAsync();
        Task<long> truncation = small.Log.TruncateToAsync(small.Log.LogEndOffset - 1).AsTask();
        storage.Open();
        Assert.Null(await compaction);
        await truncation;
        Assert.Equal(["old", "new"], await small.ValuesOfAsync("key"));
        Assert.NotNull(await small.Log.CompactAsync());
        Assert.Equal(["new"], await small.ValuesOfAsync("key"));
    }

    [Fact]
    public async Task AppendsAndReadersGoOnDuringACompaction()
    {
        using GatedStorage storage = new(StorageOperation.Create, ".log.cleaned");
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync(storage: storage);
        await small.FillAsync(segments: 3);
        storage.Close();
        Task<LogCompaction?> compaction = small.Log.CompactAsync().AsTask();
        await storage.ArrivalAsync();
        small.Append("key", "meanwhile");
        Assert.Equal(["meanwhile"], await small.ValuesOfAsync("key"));
        storage.Open();
        Assert.NotNull(await compaction);
        Assert.Equal(["meanwhile"], await small.ValuesOfAsync("key"));
    }

    [Fact]
    public async Task TransactionalRecordsAndAllBehindThemAreLeftAsTheyAre()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        small.Append("key", "1");
        small.Append("key", "2");
        using RecordBatchBuilder builder = new() { IsTransactional = true };
        builder.TryAppend(0, Encoding.UTF8.GetBytes("key"), Encoding.UTF8.GetBytes("undecided"));
        builder.SetProducer(1, 0, 0);
        small.Log.Append(builder.Build());
        await small.FillAsync(segments: 2);
        LogCompaction? done = await small.Log.CompactAsync();
        Assert.Equal(2, done!.CompactedTo);
        Assert.Equal(["2", "undecided"], await small.ValuesOfAsync("key"));
        Assert.Null(await small.Log.CompactAsync());
    }

    [Theory]
    [InlineData("compact", true)]
    [InlineData("compact,delete", false)]
    public async Task RetentionDeletesWhereThePolicySaysSo(string policy, bool stays)
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync(
            config => config.With("cleanup.policy", policy) with { RetentionMs = 1000 });
        small.Append("key", "value");
        await small.FillAsync();
        Assert.NotNull(await small.Log.CompactAsync());
        small.Clock.Advance(TimeSpan.FromSeconds(2));
        await small.Log.ApplyRetentionAsync();
        Assert.Equal(stays, small.Log.LogStartOffset == 0);
    }

    [Fact]
    public async Task AWholeSegmentOfRemovedRecordsIsStillDeletedByAge()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync(
            config => config with { CleanupPolicy = CleanupPolicy.Compact | CleanupPolicy.Delete, RetentionMs = 1000 });
        await small.FillAsync(segments: 3);
        Assert.NotNull(await small.Log.CompactAsync());
        small.Clock.Advance(TimeSpan.FromSeconds(2));
        await small.Log.ApplyRetentionAsync();
        Assert.Equal(small.Log.LogEndOffset, small.Log.LogStartOffset);
    }
}
