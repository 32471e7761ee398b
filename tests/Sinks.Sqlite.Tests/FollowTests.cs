using LogStore.Sinks.Sqlite.Tests.Support;

namespace LogStore.Sinks.Sqlite.Tests;

/// <summary>Sinks that follow a data directory, while what they read changes under them.</summary>
public sealed class FollowTests
{
    [Fact]
    public async Task PartitionsThatATopicIsGivenAreRead()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        using SqliteSink sink = new(topic.Options);
        using CancellationTokenSource stop = new();
        Task running = await FollowAsync(topic, sink, stop.Token);
        await topic.AddPartitionsAsync(3);
        await topic.AppendAsync(2, Accounts.Record(2, "a", 2));
        await Poll.UntilAsync("the new partition is read", () => sink.Statistics.Applied == 2 || running.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(3, Accounts.Balance(topic.Database, "a"));
    }

    [Fact]
    public async Task ATopicThatIsMadeAgainIsReported()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        using SqliteSink sink = new(topic.Options);
        Task running = await FollowAsync(topic, sink, CancellationToken.None);
        await topic.MakeAgainAsync();
        LogDivergedException error = await Assert.ThrowsAsync<LogDivergedException>(() => running.WaitAsync(Poll.Patience));
        Assert.Contains("the topic was deleted", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<LogDivergedException>(() => topic.RunAsync());
        Assert.Contains("deleted, and made again", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Accounts.Balance(topic.Database, "a"));
    }

    [Fact]
    public async Task ALogThatIsCutIsReported()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        for (int i = 1; i <= 3; i++) await topic.AppendAsync(0, Accounts.Record(i, "a", i));
        using SqliteSink sink = new(topic.Options);
        Task running = await FollowAsync(topic, sink, CancellationToken.None, records: 3);
        await topic.TruncateAsync(0, 1, epoch: 5);
        await topic.AppendAsync(0, Accounts.Record(4, "a", 8)); // What wakes the reader.
        LogDivergedException error = await Assert.ThrowsAsync<LogDivergedException>(() => running.WaitAsync(Poll.Patience));
        Assert.Equal(3, error.AppliedOffset);
        Assert.Equal(6, Accounts.Balance(topic.Database, "a"));
    }

    /// <summary>Starts a sink that follows, and returns when it has applied so many records.</summary>
    private static async Task<Task> FollowAsync(
        LocalTopic topic, SqliteSink sink, CancellationToken cancellationToken, int records = 1)
    {
        Task running = topic.FollowAsync(sink, cancellationToken);
        await Poll.UntilAsync("the sink has caught up", () => sink.Statistics.Applied == records || running.IsCompleted);
        return running;
    }
}
