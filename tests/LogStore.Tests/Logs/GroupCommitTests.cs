using LogStore.Records;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>What appends do to each other: they share flushes, wait for room in order, and may be given up.</summary>
public sealed class GroupCommitTests
{
    [Fact]
    public async Task AppendsThatCameDuringAFlushShareTheNextOne()
    {
        const int Waiting = 50;
        using TemporaryDirectory directory = new(inMemory: true);
        using GatedStorage storage = new(StorageOperation.Flush);
        await using Log log = await OpenAsync(directory, storage);
        storage.Close();
        Task<AppendResult> first = log.AppendAsync(Batches.Of("first"), AckWhen.Flushed).AsTask();
        await storage.ArrivalAsync();
        Task<AppendResult>[] others =
            [.. Enumerable.Range(0, Waiting).Select(index => log.AppendAsync(Batches.Of($"{index}"), AckWhen.Flushed).AsTask())];
        Assert.DoesNotContain(others, append => append.IsCompleted);

        int before = storage.Passed;
        storage.Open();
        await first;
        AppendResult[] results = await Task.WhenAll(others);
        Assert.Equal(before + 2, storage.Passed);
        Assert.Equal(Enumerable.Range(1, Waiting).Select(offset => (long)offset), results.Select(result => result.BaseOffset));
        Assert.Equal(Waiting + 1, log.FlushedOffset);
    }

    [Fact]
    public async Task AppendsWaitForRoomInOrderWhenTheDeviceIsSlow()
    {
        const int Waiting = 40;
        using TemporaryDirectory directory = new(inMemory: true);
        using GatedStorage storage = new(StorageOperation.Write);
        await using Log log = await OpenAsync(directory, storage);
        storage.Close();
        Task<AppendResult> writing = Task.Run(() => log.Append(Large(0)));
        await storage.ArrivalAsync();
        Task<AppendResult>[] waiting =
            [.. Enumerable.Range(1, Waiting).Select(index => log.AppendAsync(Large(index), AckWhen.Appended).AsTask())];
        Assert.DoesNotContain(waiting, append => append.IsCompleted);

        storage.Open();
        await writing;
        AppendResult[] results = await Task.WhenAll(waiting);
        Assert.Equal(Enumerable.Range(1, Waiting).Select(offset => (long)offset), results.Select(result => result.BaseOffset));
    }

    [Fact]
    public async Task ACancelledAppendThatHadNoRoomIsNotAppendedAndItsMemoryIsFree()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        using GatedStorage storage = new(StorageOperation.Write);
        await using Log log = await OpenAsync(directory, storage);
        storage.Close();
        Task<AppendResult> writing = Task.Run(() => log.Append(Large(0)));
        await storage.ArrivalAsync();
        Task<AppendResult>[] staged = [log.AppendAsync(Large(1)).AsTask(), log.AppendAsync(Large(2)).AsTask()];
        using CancellationTokenSource cancel = new();
        byte[] memory = Large(3).Bytes.ToArray();
        Task<AppendResult> cancelled = log.AppendAsync(RecordBatch.Parse(memory), AckWhen.Appended, cancel.Token).AsTask();
        Task<AppendResult> behind = log.AppendAsync(Large(4)).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Array.Clear(memory);
        storage.Open();
        AppendResult[] results = await Task.WhenAll([writing, .. staged, behind]);
        Assert.Equal([0L, 1L, 2L, 3L], results.Select(result => result.BaseOffset));
        Assert.Equal(["0", "1", "2", "4"], (await log.ReadAllAsync()).Select(record => record.Value.TrimEnd('.')));
    }

    [Fact]
    public Task CancellingAtRandomNeverUndoesNorDoublesAnAppend() => Seeds.ForEachAsync(4, async random =>
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await OpenAsync(directory, new GatedStorage(StorageOperation.Write));
        Task<List<StoredRecord>>[] writers = [.. Enumerable.Range(0, 4).Select(writer =>
        {
            Random own = new(random.Next());
            return Task.Run(() => AppendAndCancelAsync(log, writer, own));
        })];
        List<StoredRecord> acknowledged = [.. (await Task.WhenAll(writers)).SelectMany(records => records)];
        await log.FlushAsync();
        List<StoredRecord> found = await log.ReadAllAsync();
        Assert.Equal(found.Count, found.Values().Distinct().Count());
        Dictionary<long, string> byOffset = found.ToDictionary(record => record.Offset, record => record.Value);
        Assert.All(acknowledged, record => Assert.Equal(record.Value, byOffset[record.Offset]));
    });

    [Fact]
    public async Task ARejectedWriteLetsThoseThatWaitedBehindItGoOn()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        SwitchedStorage storage = new();
        await using Log log = await OpenAsync(directory, storage);
        log.Append(Batches.Of("before"));
        storage.BlockAndFailNextWrite();
        Task<AppendResult> failing = Task.Run(() => log.Append(Large(1)));
        await storage.Blocked;
        Task<AppendResult>[] behind = [.. Enumerable.Range(2, 6).Select(index => log.AppendAsync(Large(index)).AsTask())];
        storage.Release();

        await Assert.ThrowsAsync<DiskFullException>(() => failing);
        int appended = 0;
        foreach (Task<AppendResult> append in behind)
        {
            if (await Record.ExceptionAsync(() => append) is null) appended++;
        }

        Assert.InRange(appended, 1, behind.Length - 1); // What was staged is rejected, what waited for room is not.
        Assert.Equal(1 + appended, log.LogEndOffset);
    }

    private static async Task<List<StoredRecord>> AppendAndCancelAsync(Log log, int writer, Random random)
    {
        List<StoredRecord> acknowledged = [];
        byte[] memory = new byte[64 * 1024];
        for (int number = 0; number < 200; number++)
        {
            string value = $"{writer} {number}";
            RecordBatch batch = Batches.Of(value);
            batch.Bytes.CopyTo(memory); // One buffer for all: it is ours again when the task has ended.
            using CancellationTokenSource cancel = new();
            if (random.Next(3) == 0) cancel.CancelAfter(TimeSpan.FromMicroseconds(random.Next(200)));
            try
            {
                AppendResult result = random.Next(4) == 0
                    ? log.Append(batch, (AckWhen)random.Next(1, 3))
                    : await log.AppendAsync(
                        RecordBatch.Parse(memory.AsMemory(0, batch.SizeInBytes)), (AckWhen)random.Next(1, 3), cancel.Token);
                acknowledged.Add(new StoredRecord(result.BaseOffset, 0, value));
            }
            catch (OperationCanceledException)
            {
                Array.Clear(memory);
            }
        }

        return acknowledged;
    }

    private static RecordBatch Large(int number) => Batches.Of($"{number}{new string('.', 30_000)}");

    private static ValueTask<Log> OpenAsync(TemporaryDirectory directory, InterceptedStorage storage) =>
        Log.OpenAsync(new LogOptions
        {
            Directory = directory.Path,
            Storage = storage,
            StagingBytes = 64 * 1024,
            Config = LogConfig.Default with { RetentionMs = -1, Preallocate = false },
        });

    /// <summary>Lets one write of batches wait, and then find the device full.</summary>
    private sealed class SwitchedStorage : InterceptedStorage
    {
        private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new();
        private int _armed;

        public Task Blocked => _blocked.Task;

        public void BlockAndFailNextWrite() => Volatile.Write(ref _armed, 1);

        public void Release() => _released.SetResult();

        protected override void Before(StorageCall call)
        {
            if (call.Operation != StorageOperation.Write || Interlocked.Exchange(ref _armed, 0) == 0) return;
            _blocked.SetResult();
            _released.Task.GetAwaiter().GetResult();
            throw LogStore.IO.LibC.DiskFull(call.Path);
        }
    }
}
