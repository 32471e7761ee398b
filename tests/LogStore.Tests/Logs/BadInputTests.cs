using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>Mistakes in calling a log: a clear error each, and nothing lost.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(4)]
    [InlineData(long.MaxValue)]
    public async Task AnOffsetThatIsNotInTheLogIsOutOfRange(long offset)
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await ThreeRecordsAsync(directory);
        OffsetOutOfRangeException error = await Assert.ThrowsAsync<OffsetOutOfRangeException>(
            () => log.ReadAsync(offset).ToRecordsAsync());
        Assert.Equal((offset, 0, 3), (error.Offset, error.LogStartOffset, error.LogEndOffset));
        await Assert.ThrowsAsync<OffsetOutOfRangeException>(async () => await log.TruncateToAsync(offset));
        if (offset > 3) await Assert.ThrowsAsync<OffsetOutOfRangeException>(async () => await log.DeleteRecordsAsync(offset));
        else Assert.Equal(0, await log.DeleteRecordsAsync(offset));
        Assert.Equal(["0", "1", "2"], (await log.ReadAllAsync()).Values());
    }

    [Fact]
    public async Task ABatchThatWasNeverBuiltIsAnArgumentError()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await ThreeRecordsAsync(directory);
        Assert.Throws<ArgumentException>(() => log.Append(default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await log.AppendAsync(default));
        Assert.Equal(3, log.LogEndOffset);
    }

    [Fact]
    public async Task ABatchAboveTheLimitIsRefusedAndTheNextOneTaken()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await ThreeRecordsAsync(directory);
        log.UpdateConfig(LogConfig.Default with { MaxMessageBytes = 100 });
        RecordTooLargeException error =
            Assert.Throws<RecordTooLargeException>(() => log.Append(Batches.Of(new string('x', 100))));
        Assert.Equal(100, error.MaxBytes);
        Assert.Equal(3, log.Append(Batches.Of("3")).BaseOffset);
    }

    [Fact]
    public async Task ABatchLargerThanTheStagingBufferAndTheSegmentIsTaken()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await Log.OpenAsync(new LogOptions
        {
            Directory = directory.Path,
            StagingBytes = 64 * 1024,
            Config = LogConfig.Default with { SegmentBytes = 4096 },
        });
        string large = new('x', 500_000);
        for (int index = 0; index < 3; index++) log.Append(Batches.At(log.LogEndOffset, large), AckWhen.Flushed);
        Assert.Equal([large, large, large], (await log.ReadAllAsync()).Values());
    }

    [Fact]
    public async Task AFileWhereTheDirectoryShouldBeIsAnIOErrorThatNamesIt()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        string path = directory["file"];
        File.WriteAllText(path, "not a log");
        IOException error = await Assert.ThrowsAnyAsync<IOException>(
            async () => await Log.OpenAsync(new LogOptions { Directory = path }));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal("not a log", File.ReadAllText(path));
    }

    [Fact]
    public async Task ADirectoryThatMayNotBeWrittenIsAnErrorThatNamesIt()
    {
        // Not even root may make a directory here.
        const string Path = "/proc/self/logstore-test";
        Exception? error = await Record.ExceptionAsync(async () => await Log.OpenAsync(new LogOptions { Directory = Path }));
        Assert.True(error is IOException or UnauthorizedAccessException);
        Assert.Contains(Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClosedLogSaysSo()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        Log log = await ThreeRecordsAsync(directory);
        await log.DisposeAsync();
        await log.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => log.Append(Batches.Of("late")));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.AppendAsync(Batches.Of("late")));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.FlushAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.TruncateToAsync(0));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.DeleteRecordsAsync(0));
        Assert.Throws<ObjectDisposedException>(() => log.ReadAsync(0));
    }

    private static async Task<Log> ThreeRecordsAsync(TemporaryDirectory directory)
    {
        Log log = await Log.OpenAsync(new LogOptions { Directory = directory.Path });
        for (int index = 0; index < 3; index++) log.Append(Batches.At(index, $"{index}"));
        return log;
    }
}
