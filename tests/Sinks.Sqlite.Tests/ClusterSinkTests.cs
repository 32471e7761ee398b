using System.Globalization;
using System.Text;
using LogStore.Cli.Tests;
using LogStore.Sinks.Sqlite.Tests.Support;

namespace LogStore.Sinks.Sqlite.Tests;

/// <summary>Through a broker's process: groups that rebalance, and kill -9 of everybody.</summary>
public sealed class ClusterSinkTests : IAsyncDisposable
{
    private const int Partitions = 4;
    private const int DefaultRounds = 6;

    private static readonly string[] Names = ["--table", "accounts", "--key", "account", "--add", "balance=amount"];

    private readonly TemporaryDirectory _directory = new();
    private RunningCommand? _broker;
    private string _address = "127.0.0.1:0";
    private long _id;

    private SqliteSinkOptions Options => new()
    {
        Database = _directory["accounts.db"],
        Topic = "payments",
        Mapping = Accounts.Mapping,
        Create = true,
        TransactionRecords = 200,
    };

    private ConsumerOptions Consumer => new() { BootstrapServers = _address };

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task SinksThatJoinAndLeaveUnderLoadApplyEachRecordOnce()
    {
        Random random = SeededRandom.Create();
        await StartBrokerAsync();
        await CreateTopicAsync();
        using CancellationTokenSource done = new();
        Task load = Task.Run(async () =>
        {
            await using Producer producer = new(new ProducerOptions { BootstrapServers = _address });
            while (!done.IsCancellationRequested)
            {
                await PostAsync(producer, 500);
                await producer.FlushAsync();
            }
        });
        for (int turn = 0; turn < 4; turn++)
        {
            using CancellationTokenSource stop = new();
            TaskCompletionSource working = new(TaskCreationOptions.RunContinuationsAsynchronously);
            int left = random.Next(1, 20); // When they leave: any moment will do.
            Action progressed = () =>
            {
                if (Interlocked.Decrement(ref left) == 0) working.TrySetResult();
            };
            Task[] sinks =
                [.. Enumerable.Range(0, 2 + random.Next(3)).Select(_ => Task.Run(() => RunUntilAsync(progressed, stop.Token)))];
            // A second or so: whoever leaves says so, and nobody waits for a session (45 s) to end.
            await working.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await stop.CancelAsync();
            await Task.WhenAll(sinks);
            Assert.True((await CheckAsync()).IsEqual);
        }

        await done.CancelAsync();
        await load;
        await RunToEndAsync();
        TableCheckResult result = await CheckAsync();
        Assert.True(result.IsEqual, string.Join('\n', result.Differences));
        Assert.Equal(_id, result.Records);
    }

    [Theory]
    [InlineData("offset")]
    [InlineData("message-id")]
    public async Task BalancesAreRightWhateverIsKilled(string mode)
    {
        Random random = SeededRandom.Create();
        int rounds = int.Parse(
            Environment.GetEnvironmentVariable("LOGSTORE_SINK_KILL_ROUNDS") ?? $"{DefaultRounds}", CultureInfo.InvariantCulture);
        await StartBrokerAsync();
        await CreateTopicAsync();
        for (int round = 0; round < rounds; round++)
        {
            await WriteInputAsync(20_000);
            // When it strikes: any moment will do, and each round brings a hundred transactions.
            using ChangeCount changes = new(_directory.Path, "accounts.db*", random.Next(1, 40));
            await using RunningCommand sink = new([
                "sink", "sqlite", "--topic", "payments", "--db", Options.Database, .. Names, "--create", "--follow", "--group", "g",
                "--mode", mode, "--producer", "producer", "--batch-records", "200", "--client-set", "group.instance.id=one",
                "--bootstrap-server", _address]);
            await using RunningCommand producer = new(
                ["produce", "payments", "--file", _directory["input"], "--key-separator", ":", "--bootstrap-server", _address]);
            await changes.Reached.WaitAsync(TimeSpan.FromSeconds(60));
            if (random.Next(3) == 0) producer.Kill();
            if (random.Next(3) == 0)
            {
                _broker!.Kill();
                await StartBrokerAsync();
            }

            sink.Kill();
            await sink.FinishedAsync();
            producer.Kill();
            await producer.FinishedAsync();
            SqliteSinkOptions options = Options with
            {
                Mode = mode == "offset" ? SinkMode.Offset : SinkMode.MessageId,
                Mapping = Accounts.Mapping with { Producer = "producer" },
            };
            using SqliteSink last = new(options);
            await last.RunAsync(Consumer with { GroupId = "g", GroupInstanceId = "one" }, follow: false);
            using TableCheck check = new(options);
            TableCheckResult result = await check.RunAsync(Consumer);
            Assert.True(result.IsEqual, $"round {round}: {string.Join('\n', result.Differences)}");
        }
    }

    [Fact]
    public async Task WhatCannotBeAppliedGoesToTheDeadLetterTopic()
    {
        await StartBrokerAsync();
        await CreateTopicAsync("dead");
        await CreateTopicAsync();
        await using Producer producer = new(new ProducerOptions { BootstrapServers = _address });
        await producer.SendAsync(new ProducerRecord("payments", "broken"u8.ToArray()) { Partition = 1 });
        await PostAsync(producer, 10);
        await producer.FlushAsync();
        using (SqliteSink sink = new(Options with { Unusable = UnusableRecords.DeadLetterTopic, DeadLetterTopic = "dead" }))
        {
            await sink.RunAsync(Consumer, follow: false);
            Assert.Equal((10, 1), (sink.Statistics.Applied, sink.Statistics.DeadLetters));
        }

        await using Consumer<string, string> reader =
            new(Consumer with { AutoOffsetReset = AutoOffsetReset.Earliest }, Serdes.Utf8, Serdes.Utf8);
        reader.Assign([.. Enumerable.Range(0, Partitions).Select(each => new TopicPartition("dead", each))]);
        ConsumeResult<string, string>? letter = await reader.ConsumeAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("broken", letter!.Value.Value);
        Assert.True((await CheckAsync()).IsEqual);
    }

    [Theory]
    [InlineData(0)] // Too few records for the offset to be there.
    [InlineData(40)] // More than before, so that offset and leader epoch look right.
    public async Task ATopicThatWasMadeAgainIsReportedAndNothingIsApplied(int count)
    {
        await StartBrokerAsync();
        await CreateTopicAsync();
        await using Producer producer = new(new ProducerOptions { BootstrapServers = _address });
        await PostAsync(producer, 20);
        await producer.FlushAsync();
        await RunToEndAsync();
        object? before = Accounts.Scalar(Options.Database, "SELECT sum(balance) FROM accounts");
        await using (AdminClient admin = new(new ClientOptions { BootstrapServers = _address }))
            await admin.DeleteTopicsAsync(["payments"]);
        await CreateTopicAsync();
        await using Producer again = new(new ProducerOptions { BootstrapServers = _address });
        await PostAsync(again, count);
        await again.FlushAsync();
        LogDivergedException error = await Assert.ThrowsAsync<LogDivergedException>(RunToEndAsync);
        Assert.Contains("deleted, and made again", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Accounts.Scalar(Options.Database, "SELECT sum(balance) FROM accounts"));
    }

    [Fact]
    public async Task ATopicThatIsMadeAgainUnderARunningSinkIsReported()
    {
        await StartBrokerAsync();
        await CreateTopicAsync();
        await using Producer producer = new(new ProducerOptions { BootstrapServers = _address });
        await PostAsync(producer, 20);
        await producer.FlushAsync();
        TaskCompletionSource working = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using SqliteSink sink = new(Options) { Progressed = counts => Announce(working, counts.Applied == 20) };
        Task running = sink.RunAsync(Consumer, follow: true);
        await Task.WhenAny(working.Task, running).WaitAsync(TimeSpan.FromSeconds(30));
        await using (AdminClient admin = new(new ClientOptions { BootstrapServers = _address }))
            await admin.DeleteTopicsAsync(["payments"]);
        await CreateTopicAsync();
        LogDivergedException error =
            await Assert.ThrowsAsync<LogDivergedException>(() => running.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("deleted, and made again", error.Message, StringComparison.Ordinal);
        Assert.Equal(20, sink.Statistics.Applied);
    }

    private static void Announce(TaskCompletionSource source, bool isSo)
    {
        if (isSo) source.TrySetResult();
    }

    private async Task StartBrokerAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        _broker = new RunningCommand([
            "broker", "--data", _directory["data"], "--listen", _address, "--log-level", "error",
            "--set", "group.initial.rebalance.delay.ms=0"]);
        string ready = await _broker.Output.ReadLineAsync() ?? "";
        Assert.StartsWith("ready", ready, StringComparison.Ordinal);
        _address = ready.Split("PLAINTEXT://")[1].Split(',')[0];
    }

    private async Task CreateTopicAsync(string name = "payments")
    {
        await using AdminClient admin = new(new ClientOptions { BootstrapServers = _address });
        await admin.CreateTopicAsync(new NewTopic(name, Partitions, 1));
    }

    private async Task PostAsync(Producer producer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string account = $"a{Random.Shared.Next(40)}";
            string record = Accounts.Record(Interlocked.Increment(ref _id), account, Random.Shared.Next(-50, 50));
            await producer.PostAsync(new ProducerRecord("payments", Encoding.UTF8.GetBytes(record), Encoding.UTF8.GetBytes(account)));
        }
    }

    private async Task RunUntilAsync(Action progressed, CancellationToken cancellationToken)
    {
        using SqliteSink sink = new(Options) { Progressed = _ => progressed() };
        try
        {
            await sink.RunAsync(Consumer with { GroupId = "g" }, follow: true, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It was asked to.
        }
    }

    private async Task RunToEndAsync()
    {
        using SqliteSink sink = new(Options);
        await sink.RunAsync(Consumer with { GroupId = "g" }, follow: false);
    }

    private async Task<TableCheckResult> CheckAsync()
    {
        using TableCheck check = new(Options);
        return await check.RunAsync(Consumer);
    }

    /// <summary>Each round has a producer of its own: one that was killed does not go on with its numbers.</summary>
    private Task WriteInputAsync(int count) => File.WriteAllLinesAsync(
        _directory["input"],
        Enumerable.Range(1, count).Select(i =>
            $$"""a{{i % 40}}:{"producer":"p{{_id}}","id":{{i}},"account":"a{{i % 40}}","amount":{{(i * 7919 % 201) - 100}}}""")
            .Prepend($$"""a0:{"producer":"q{{Interlocked.Increment(ref _id)}}","id":1,"account":"a0","amount":1}"""));
}
