using LogStore.Records;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>Readers that wait at the end are woken by what is appended, through rolls, and told when the log closes.</summary>
public sealed class FollowTests
{
    private const int Records = 300;

    [Fact]
    public async Task AReaderInTheProcessFollowsTheWriter()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await OpenAsync(directory);
        await FollowAsync(log, log.ReadAsync(0, ReadMode.Follow));
    }

    [Fact]
    public async Task AReaderFromOutsideFollowsTheWriter()
    {
        using TemporaryDirectory directory = new();
        await using Log log = await OpenAsync(directory);
        await using ReadOnlyLog outside = await ReadOnlyLog.OpenAsync(directory.Path);
        await FollowAsync(log, outside.ReadAsync(0, ReadMode.Follow));
        Assert.True(outside.SegmentCount > 3);
    }

    [Fact]
    public async Task AReaderThatOpensInTheMiddleOfAWritersLifeSeesAllOfIt()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await OpenAsync(directory);
        for (int index = 0; index < Records; index++)
        {
            log.Append(Value(index));
            if (index % 10 != 0) continue;
            await using ReadOnlyLog outside = await ReadOnlyLog.OpenAsync(directory.Path);
            Assert.Equal(index + 1, (await outside.ReadAllAsync()).Count);
        }
    }

    [Fact]
    public async Task ClosingEndsTheWait()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        Log log = await OpenAsync(directory);
        await using IAsyncEnumerator<RecordBatch> reader = log.ReadAsync(0, ReadMode.Follow).GetAsyncEnumerator();
        ValueTask<bool> waiting = reader.MoveNextAsync();
        await log.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await waiting);
    }

    private static async Task FollowAsync(Log log, IAsyncEnumerable<RecordBatch> batches)
    {
        Task<List<StoredRecord>> following = Task.Run(() => batches.ToRecordsAsync(atMost: Records));
        for (int index = 0; index < Records; index++)
        {
            await log.AppendAsync(Value(index));
            if (index % 16 == 0) await Task.Yield();
        }

        List<StoredRecord> found = await following.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Enumerable.Range(0, Records).Select(index => (long)index), found.Select(record => record.Offset));
    }

    private static RecordBatch Value(int index) => Batches.Of($"{index}{new string('.', 80)}");

    private static ValueTask<Log> OpenAsync(TemporaryDirectory directory) => Log.OpenAsync(new LogOptions
    {
        Directory = directory.Path,
        Config = LogConfig.Default with { SegmentBytes = 4096, RetentionMs = -1 },
    });
}
