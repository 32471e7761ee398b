using System.Text;
using LogStore.Records;
using LogStore.Topics;

namespace LogStore.Sinks.Sqlite.Tests.Support;

/// <summary>A topic in a data directory of the test's own, and a database beside it.</summary>
internal sealed class LocalTopic : IAsyncDisposable
{
    public const string Name = "payments";

    private readonly TemporaryDirectory _files = new(inMemory: true);
    private DataDirectory _data = null!;

    public string Database => _files["accounts.db"];

    public string Directory => _files["data"];

    public SqliteSinkOptions Options => new()
    {
        Database = Database,
        Topic = Name,
        Mapping = Accounts.Mapping,
        Create = true,
    };

    public static async Task<LocalTopic> CreateAsync(int partitions = 1)
    {
        var topic = new LocalTopic();
        await topic.BeginAsync(partitions);
        return topic;
    }

    /// <summary>Appends values as one batch.</summary>
    public async Task AppendAsync(int partition, params string[] values)
    {
        Log log = await _data.OpenPartitionAsync(Name, partition);
        using RecordBatchBuilder builder = new();
        foreach (string value in values) Assert.True(builder.TryAppend(1, key: default, value: Encoding.UTF8.GetBytes(value)));
        await log.AppendAsync(builder.Build(), AckWhen.Appended);
    }

    /// <summary>Appends a batch that is the log's own, or of a transaction.</summary>
    public async Task AppendAsync(int partition, bool isControl, string value)
    {
        Log log = await _data.OpenPartitionAsync(Name, partition);
        using RecordBatchBuilder builder = new() { IsControl = isControl, IsTransactional = !isControl };
        if (!isControl) builder.SetProducer(7, 0, 0);
        Assert.True(builder.TryAppend(1, key: new byte[4], value: Encoding.UTF8.GetBytes(value)));
        await log.AppendAsync(builder.Build(), AckWhen.Appended);
    }

    public async Task AddPartitionsAsync(int count) => await _data.AddPartitionsAsync(Name, count);

    /// <summary>Deletes the topic, and makes one of the same name.</summary>
    public async Task MakeAgainAsync()
    {
        await _data.DeleteTopicAsync(Name);
        await _data.CreateTopicAsync(Name, 1);
    }

    /// <summary>Cuts a partition and has what follows appended in a new leader epoch.</summary>
    public async Task TruncateAsync(int partition, long offset, int epoch)
    {
        Log log = await _data.OpenPartitionAsync(Name, partition);
        await log.TruncateToAsync(offset);
        log.BeginLeaderEpoch(epoch);
    }

    /// <summary>Runs a sink to the end.</summary>
    public async Task<SinkStatistics> RunAsync(SqliteSinkOptions? options = null)
    {
        using SqliteSink sink = new(options ?? Options);
        await sink.RunAsync(new ReadOnlyDataDirectory(Directory), follow: false);
        return sink.Statistics;
    }

    /// <summary>Runs a sink until it is told to end.</summary>
    public Task FollowAsync(SqliteSink sink, CancellationToken cancellationToken) =>
        sink.RunAsync(new ReadOnlyDataDirectory(Directory), follow: true, cancellationToken);

    public Task RunAsync(SqliteSink sink) => sink.RunAsync(new ReadOnlyDataDirectory(Directory), follow: false);

    public async Task<TableCheckResult> CheckAsync(SqliteSinkOptions? options = null)
    {
        using TableCheck check = new(options ?? Options);
        return await check.RunAsync(new ReadOnlyDataDirectory(Directory));
    }

    public async ValueTask DisposeAsync()
    {
        await _data.DisposeAsync();
        _files.Dispose();
    }

    private async Task BeginAsync(int partitions)
    {
        _data = await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = _files["data"] });
        await _data.CreateTopicAsync(Name, partitions);
    }
}
