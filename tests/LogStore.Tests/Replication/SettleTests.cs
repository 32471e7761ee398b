using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>What a leader has taken before its epoch ended is written, or refused, before its log is described to the next one.</summary>
public sealed class SettleTests
{
    private const int StagingBytes = 64 * 1024; // The least there is.

    [Fact]
    public async Task WhatHasItsPlaceInTheEarlierEpochIsWaitedFor()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        using GatedStorage storage = new(StorageOperation.Write);
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = directory.Path, Storage = storage });
        log.BeginLeaderEpoch(5);
        storage.Close();
        Task<AppendResult> writing = Task.Run(() => log.Append(Batches.Of("writing")));
        await storage.ArrivalAsync();
        Task<AppendResult> staged = log.AppendAsync(Batches.Of("staged"), leaderEpoch: 5).AsTask();

        log.BeginLeaderEpoch(6);
        Task settled = log.SettleAsync().AsTask();
        Assert.False(settled.IsCompleted);
        Assert.Equal(0, log.LogEndOffset);

        storage.Open();
        await settled;
        Assert.Equal((2, 5), (log.LogEndOffset, log.LatestEpoch));
        await Task.WhenAll(writing, staged);
        await Assert.ThrowsAsync<FencedLeaderEpochException>(async () => await log.AppendAsync(Batches.Of("late"), leaderEpoch: 5));
    }

    [Fact]
    public async Task AppendsThatWaitForTheLogAreFencedByTheEpochThatHasBegun()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        using GatedStorage storage = new(StorageOperation.Write);
        await using Log log = await Log.OpenAsync(
            new LogOptions { Directory = directory.Path, Storage = storage, StagingBytes = StagingBytes });
        log.BeginLeaderEpoch(5);
        storage.Close();
        Task<AppendResult> writing = Task.Run(() => log.Append(Batches.Of("writing")));
        await storage.ArrivalAsync();
        string large = new('.', StagingBytes / 2);
        Task<AppendResult> staged = log.AppendAsync(Batches.Of(large), leaderEpoch: 5).AsTask();
        Task<AppendResult> waiting = log.AppendAsync(Batches.Of(large), leaderEpoch: 5).AsTask();

        log.BeginLeaderEpoch(6);
        Task settled = log.SettleAsync().AsTask();
        storage.Open();
        await settled;
        await Task.WhenAll(writing, staged);
        await Assert.ThrowsAsync<FencedLeaderEpochException>(() => waiting);
        Assert.Equal(2, log.LogEndOffset);
    }

    [Fact]
    public async Task ALogThatIsNotAppendedToDoesNotWaitForItsFlush()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        using GatedStorage storage = new(StorageOperation.Flush);
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = directory.Path, Storage = storage });
        log.Append(Batches.Of("a"));
        storage.Close();
        log.RequestFlush();
        await storage.ArrivalAsync();
        await log.SettleAsync();
        storage.Open();
        await log.FlushAsync();
    }
}
