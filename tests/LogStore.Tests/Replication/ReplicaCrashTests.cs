using LogStore.IO;
using LogStore.Producers;
using LogStore.Reading;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>
/// A crash after every single change that replicated appends and resets make to a follower's files: what is opened afterwards is
/// the leader's log up to some batch, from a start that the follower was told, not shorter than was promised; or, while it was
/// being emptied, what was left of it. And the follower can go on from there.
/// </summary>
public sealed class ReplicaCrashTests
{
    private const int BatchCount = 24;

    [Fact]
    public Task AKilledFollowerLosesNothingThatWasAppended() =>
        SweepAsync(storage => storage.AfterKill(), promise => promise.Appended);

    [Fact]
    public Task APowerLossLosesNothingThatWasFlushed() =>
        SweepAsync(storage => storage.AfterPowerLoss(), promise => promise.Flushed);

    [Fact]
    public Task APowerLossAfterPartialWriteBackLosesNothingThatWasFlushed() => Seeds.ForEachAsync(
        1, random => SweepAsync(storage => storage.AfterPowerLoss(random), promise => promise.Flushed, mayReport: true));

    private static async Task SweepAsync(
        Func<RecordingStorage, CrashImage> capture, Func<Promise, long> promised, bool mayReport = false)
    {
        using TemporaryDirectory parent = new(inMemory: true);
        await using Log leader = await LeaderAsync(parent["leader"]);
        List<(CrashImage Image, Promise Promise)> crashes = await RecordAsync(parent["live"], leader, capture);
        int reported = 0;
        for (int index = 0; index < crashes.Count; index++)
        {
            (CrashImage image, Promise promise) = crashes[index];
            image.WriteTo(parent["left"]);
            try
            {
                await CheckAsync(parent["left"], leader, promise, promised(promise));
            }
            catch (CorruptLogException) when (mayReport)
            {
                reported++; // A hole between flushed and lost batches looks like damage, and may be reported as such.
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"after change {index}, {promise}: {exception.Message}", exception);
            }
        }

        Assert.InRange(crashes.Count, 200, 10_000);
        Assert.InRange(reported, 0, crashes.Count / 4);
    }

    private static async Task<Log> LeaderAsync(string directory)
    {
        Log leader = await Log.OpenAsync(new LogOptions { Directory = directory });
        for (int batch = 0; batch < BatchCount; batch++)
        {
            if (batch % 10 == 5) leader.BeginLeaderEpoch(batch);
            leader.Append(Batches.Produced(7, 0, batch * 2, $"{batch}", new string('x', 600)));
        }

        return leader;
    }

    private static async Task<List<(CrashImage, Promise)>> RecordAsync(
        string directory, Log leader, Func<RecordingStorage, CrashImage> capture)
    {
        List<(CrashImage, Promise)> crashes = [];
        Lock gate = new();
        Promise promise = new(0, 0, 0, null);
        RecordingStorage storage = new(directory);
        storage.Changed = () =>
        {
            lock (gate) crashes.Add((capture(storage), promise));
        };
        await using (Log log = await Log.OpenAsync(Options(directory, storage)))
        {
            await FollowAsync(log);
            foreach (long start in (long[])[17, 20, 5, leader.LogEndOffset])
            {
                lock (gate) promise = promise with { ResetTo = start };
                await log.ResetAsync(start);
                lock (gate) promise = new Promise(start, start, start, null);
                await FollowAsync(log);
            }
        }

        return crashes;

        async Task FollowAsync(Log log)
        {
            using LogCursor cursor = leader.OpenCursor();
            byte[] buffer = new byte[2000];
            for (int turn = 1; cursor.Read(log.LogEndOffset, long.MaxValue, buffer) is { Bytes: > 0 } read; turn++)
            {
                log.AppendReplicated(buffer.AsSpan(0, read.Bytes));
                lock (gate) promise = promise with { Appended = read.NextOffset };
                if (turn % 3 != 0) continue;
                await log.FlushAsync();
                lock (gate) promise = promise with { Flushed = read.NextOffset };
            }
        }
    }

    private static async Task CheckAsync(string directory, Log leader, Promise promise, long promised)
    {
        byte[] buffer = new byte[64 * 1024];
        await using Log log = await Log.OpenAsync(Options(directory, Storage.Default));
        (long start, long end) = (log.LogStartOffset, log.LogEndOffset);
        bool wasReset = promise.ResetTo is { } to && (start, end) == (to, to);
        if (!wasReset) Assert.Equal(promise.Start, start);
        if (promise.ResetTo is null) Assert.True(end >= promised, $"ends at {end}, not {promised}");
        await AssertLeadersAsync();
        using LogCursor cursor = leader.OpenCursor();
        while (cursor.Read(log.LogEndOffset, long.MaxValue, buffer) is { Bytes: > 0 } read)
            log.AppendReplicated(buffer.AsSpan(0, read.Bytes));
        Assert.Equal(leader.LogEndOffset, log.LogEndOffset);
        await AssertLeadersAsync();
        if (log.LogStartOffset < leader.LogEndOffset) Assert.Equal(leader.LatestEpoch, log.LatestEpoch);
        Assert.Equal(start, log.LogStartOffset);

        async Task AssertLeadersAsync()
        {
            List<byte[]> batches = await log.BatchesAsync();
            Assert.Equal((await leader.BatchesAsync()).Skip((int)(log.LogStartOffset / 2)).Take(batches.Count), batches);
            if (batches.Count == 0) return;
            ActiveProducer producer = Assert.Single(log.ListProducers());
            Assert.Equal(log.LogEndOffset - 1, producer.LastSequence);
        }
    }

    private static LogOptions Options(string directory, Storage storage) => new()
    {
        Directory = directory,
        Storage = storage,
        Config = LogConfig.Default with { SegmentBytes = 4096, IndexIntervalBytes = 512, RetentionMs = -1 },
    };

    /// <param name="Start">Where the log begins.</param>
    /// <param name="Appended">What it holds (exclusive), if the process is killed.</param>
    /// <param name="Flushed">What it holds if the power fails.</param>
    /// <param name="ResetTo">Where it is being made to begin; null while it is not.</param>
    private sealed record Promise(long Start, long Appended, long Flushed, long? ResetTo);
}
