using LogStore.Topics;
using Xunit;

namespace LogStore.Tests.Topics;

public sealed class DataDirectoryTests
{
    [Fact]
    public async Task ALogThatCannotBeClosedKeepsNeitherTheOthersNorTheDirectoryLocked()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        StickingTimers clock = new();
        DataDirectory data = await DataDirectory.OpenAsync(
            new DataDirectoryOptions { Directory = directory.Path, TimeProvider = clock });
        await data.CreateTopicAsync("orders", 3);
        Log[] logs = [await Open(0), await Open(1), await Open(2)];
        clock.Stick = true;
        InvalidOperationException error =
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await data.DisposeAsync());
        Assert.Equal("stuck", error.Message);
        Assert.All(logs, log => Assert.Throws<ObjectDisposedException>(() => log.ReadAsync(0)));
        await using DataDirectory again =
            await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = directory.Path });
        Assert.Equal("orders", Assert.Single(again.Topics).Name);

        async Task<Log> Open(int partition) => await data.OpenPartitionAsync("orders", partition);
    }

    [Theory]
    [InlineData("cleanup.policy", "compact")]
    [InlineData("cleanup.policy", "compact,delete")]
    [InlineData("min.cleanable.dirty.ratio", "0.25")]
    [InlineData("delete.retention.ms", "0")]
    [InlineData("min.compaction.lag.ms", "5")]
    [InlineData("max.compaction.lag.ms", "5")]
    [InlineData("min.insync.replicas", "2")]
    [InlineData("compression.type", "producer")]
    [InlineData("message.timestamp.difference.max.ms", "0")]
    [InlineData("message.downconversion.enable", "false")]
    [InlineData("message.format.version", "2.8")]
    [InlineData("message.format.version", "2.3-IV1")]
    [InlineData("segment.jitter.ms", "1000")]
    [InlineData("file.delete.delay.ms", "0")]
    public async Task ATopicKeepsItsSettings(string key, string value)
    {
        using TemporaryDirectory directory = new(inMemory: true);
        DataDirectoryOptions options = new() { Directory = directory.Path };
        await using (DataDirectory data = await DataDirectory.OpenAsync(options))
            await data.CreateTopicAsync("orders", 1, LogConfig.Default.With(key, value));
        await using DataDirectory again = await DataDirectory.OpenAsync(options);
        Assert.Equal(value, again.GetTopic("orders").Config.Get(key));
    }

    [Theory]
    [InlineData("cleanup.policy", "")]
    [InlineData("cleanup.policy", "compact,archive")]
    [InlineData("min.cleanable.dirty.ratio", "1.5")]
    [InlineData("min.cleanable.dirty.ratio", "NaN")]
    [InlineData("delete.retention.ms", "-1")]
    [InlineData("max.compaction.lag.ms", "0")]
    [InlineData("min.insync.replicas", "0")]
    [InlineData("compression.type", "zstd")]
    [InlineData("message.timestamp.difference.max.ms", "-1")]
    [InlineData("message.downconversion.enable", "no")]
    [InlineData("message.format.version", "new")]
    [InlineData("message.format.version", "")]
    [InlineData("segment.jitter.ms", "-1")]
    [InlineData("file.delete.delay.ms", "soon")]
    public void AValueThatASettingCannotHaveIsRefusedByName(string key, string value)
    {
        InvalidConfigException error =
            Assert.Throws<InvalidConfigException>(() => LogConfig.Default.With(key, value));
        Assert.Equal(key, error.Key);
    }

    /// <summary>A clock whose timers refuse to end, when told to.</summary>
    private sealed class StickingTimers : TimeProvider
    {
        public bool Stick { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new StickingTimer(this);

        private sealed class StickingTimer(StickingTimers clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => clock.Stick ? throw new InvalidOperationException("stuck") : default;
        }
    }
}
