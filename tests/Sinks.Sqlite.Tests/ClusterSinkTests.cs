using System.Globalization;
using System.Text;
using LogStore.Cli.Tests;
using LogStore.Records;
using LogStore.Sinks.Sqlite.Tests.Support;
using LogStore.Topics;

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
    private long _transactions;

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
        // Each comes and goes at a moment of its own, so that the others are at work when the group divides the partitions anew.
        List<(Task Running, CancellationTokenSource Stop)> sinks = [];
        await using RunningCommand killed = StartProcess("offset", "--client-set", "session.timeout.ms=2000");
        for (int turn = 0; turn < 10; turn++)
        {
            CancellationTokenSource stop = new();
            sinks.Add((Task.Run(() => RunUntilAsync(stop.Token)), stop));
            await TransactionsAsync(random.Next(1, 20));
            if (turn == 4) killed.Kill();
            if (sinks.Count < 2 + random.Next(2)) continue;
            (Task running, CancellationTokenSource leave) = sinks[random.Next(sinks.Count)];
            sinks.RemoveAll(each => each.Running == running);
            await leave.CancelAsync();
            await running;
            leave.Dispose();
            TableCheckResult between = await CheckAsync();
            Assert.True(between.IsEqual, string.Join('\n', between.Differences));
        }

        foreach ((Task running, CancellationTokenSource stop) in sinks)
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
        }

        await done.CancelAsync();
        await load;
        await RunToEndAsync();
        TableCheckResult result = await CheckAsync();
        Assert.True(result.IsEqual, string.Join('\n', result.Differences));
        Assert.Equal(_id, result.Records);
        await using BalanceOracle oracle = new(Consumer, Options.Topic, Partitions, tellsIds: false);
        Assert.Equal(await oracle.BalancesAsync(), Accounts.Balances(Options.Database));
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
        await using BalanceOracle oracle = new(Consumer, Options.Topic, Partitions, tellsIds: mode == "message-id");
        for (int round = 0; round < rounds; round++)
        {
            await WriteInputAsync(20_000);
            // When it strikes: any moment will do, and each round brings a hundred transactions.
            using ChangeCount changes = new(_directory.Path, "accounts.db*", random.Next(1, 40));
            await using RunningCommand sink = StartProcess(mode, "--producer", "producer", "--client-set", "group.instance.id=one");
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
            Assert.Equal(await oracle.BalancesAsync(), Accounts.Balances(options.Database));
        }
    }

    [Fact]
    public async Task ADatabaseThatAnotherGroupFeedsIsRefusedAtOnce()
    {
        await StartBrokerAsync();
        await CreateTopicAsync();
        await PostAsync(20);
        await RunToEndAsync();
        await PostAsync(20);
        using SqliteSink sink = new(Options);
        SinkFencedException error = await Assert.ThrowsAsync<SinkFencedException>(
            () => sink.RunAsync(Consumer with { GroupId = "other" }, follow: false).WaitAsync(Poll.Patience));
        Assert.Contains("is fed by group 'g', not by group 'other'", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, sink.Statistics.Applied);
    }

    [Fact]
    public async Task AGroupThatHadToBeginAnewIsRefusedAndNotTakenForOneThatIsDone()
    {
        await StartBrokerAsync();
        await CreateTopicAsync();
        await PostAsync(20);
        await RunToEndAsync();
        await RunToEndAsync(); // Its generations have grown.
        await using (AdminClient admin = new(new ClientOptions { BootstrapServers = _address })) await admin.DeleteGroupsAsync(["g"]);
        await PostAsync(20);
        using (SqliteSink sink = new(Options with { FenceLimit = TimeSpan.FromSeconds(1) }))
        {
            SinkFencedException error = await Assert.ThrowsAsync<SinkFencedException>(
                () => sink.RunAsync(Consumer with { GroupId = "g" }, follow: false).WaitAsync(Poll.Patience));
            Assert.Contains("--take-over", error.Message, StringComparison.Ordinal);
            Assert.Equal(0, sink.Statistics.Applied);
        }

        using SqliteSink forced = new(Options with { TakeOver = true });
        await forced.RunAsync(Consumer with { GroupId = "g" }, follow: false);
        Assert.Equal(20, forced.Statistics.Applied);
    }

    [Fact]
    public async Task ASinkWithoutAGroupReadsThePartitionsThatTheTopicIsGiven()
    {
        await StartBrokerAsync();
        await CreateTopicAsync();
        await PostAsync(20);
        using SqliteSink sink = new(Options);
        using CancellationTokenSource stop = new();
        Task running = sink.RunAsync(Consumer, follow: true, stop.Token);
        await Poll.UntilAsync("the sink has caught up", () => sink.Statistics.Applied == 20 || running.IsCompleted);
        await using (AdminClient admin = new(new ClientOptions { BootstrapServers = _address }))
            await admin.CreatePartitionsAsync("payments", Partitions + 1);
        await using Producer producer = new(new ProducerOptions { BootstrapServers = _address });
        await producer.SendAsync(
            new ProducerRecord("payments", Encoding.UTF8.GetBytes(Accounts.Record(99, "new", 7))) { Partition = Partitions });
        await Poll.UntilAsync("the new partition is read", () => sink.Statistics.Applied == 21 || running.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(7, Accounts.Balance(Options.Database, "new"));
    }

    [Theory]
    [InlineData(false, "the log ends at")]
    [InlineData(true, "the log has one of epoch 5 there")] // Longer than before, with records of a later leader.
    public async Task ALogThatWasTruncatedBehindTheBrokerIsReported(bool isWrittenAnew, string reason)
    {
        await StartBrokerAsync();
        await CreateTopicAsync();
        await PostAsync(200);
        await RunToEndAsync();
        Dictionary<string, long> before = Accounts.Balances(Options.Database);
        _broker!.Interrupt();
        await _broker.FinishedAsync();
        await using (DataDirectory data = await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = _directory["data"] }))
        {
            for (int partition = 0; partition < Partitions; partition++)
            {
                Log log = await data.OpenPartitionAsync("payments", partition);
                long end = log.LogEndOffset;
                await log.TruncateToAsync(end / 2);
                if (!isWrittenAnew) continue;
                log.BeginLeaderEpoch(5);
                while (log.LogEndOffset < end + 2)
                {
                    using RecordBatchBuilder builder = new();
                    builder.TryAppend(1, key: default, value: Encoding.UTF8.GetBytes(Accounts.Record(1, "a0", 1)));
                    await log.AppendAsync(builder.Build(), AckWhen.Flushed);
                }
            }
        }

        await StartBrokerAsync();
        LogDivergedException error = await Assert.ThrowsAsync<LogDivergedException>(RunToEndAsync);
        Assert.True(error.Message.Contains(reason, StringComparison.Ordinal), error.Message);
        Assert.Equal(before, Accounts.Balances(Options.Database));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("g")]
    public async Task ASinkGoesOnByItselfWhenItsBrokerComesBack(string? group)
    {
        await StartBrokerAsync();
        await CreateTopicAsync();
        await PostAsync(20);
        using SqliteSink sink = new(Options);
        using CancellationTokenSource stop = new();
        Task running = sink.RunAsync(Consumer with { GroupId = group }, follow: true, stop.Token);
        await Poll.UntilAsync("the sink has caught up", () => sink.Statistics.Applied == 20 || running.IsCompleted);
        _broker!.Kill();
        await StartBrokerAsync();
        await PostAsync(20);
        await Poll.UntilAsync("the sink has gone on", () => sink.Statistics.Applied == 40 || running.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True((await CheckAsync()).IsEqual);
    }

    [Fact]
    public async Task WhatCannotBeAppliedGoesToTheDeadLetterTopic()
    {
        await StartBrokerAsync();
        await CreateTopicAsync("dead");
        await CreateTopicAsync();
        await using Producer producer = new(new ProducerOptions { BootstrapServers = _address });
        RecordHeader own = new("trace", "17"u8.ToArray());
        await producer.SendAsync(
            new ProducerRecord("payments", "broken"u8.ToArray()) { Partition = 1, Headers = (RecordHeader[])[own] });
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
        Assert.Equal(
            ["trace", "logstore.dead-letter.topic", "logstore.dead-letter.partition", "logstore.dead-letter.offset",
             "logstore.dead-letter.reason"], letter.Value.Headers.Select(header => header.Key));
        Assert.Equal("17"u8.ToArray(), letter.Value.Headers[0].Value!.Value.ToArray());
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
            "--set", "group.initial.rebalance.delay.ms=0", "--set", "group.min.session.timeout.ms=1000"]);
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

    private async Task PostAsync(int count)
    {
        await using Producer producer = new(new ProducerOptions { BootstrapServers = _address });
        await PostAsync(producer, count);
        await producer.FlushAsync();
    }

    /// <summary>Waits until the sinks of this process have come so much further.</summary>
    private Task TransactionsAsync(int count)
    {
        long target = Interlocked.Read(ref _transactions) + count;
        return Poll.UntilAsync("sinks go on", () => Interlocked.Read(ref _transactions) >= target);
    }

    /// <summary>A sink of the group as a process of its own.</summary>
    private RunningCommand StartProcess(string mode, params string[] options) => new([
        "sink", "sqlite", "--topic", "payments", "--db", Options.Database, .. Names, "--create", "--follow", "--group", "g",
        "--mode", mode, "--batch-records", "200", "--bootstrap-server", _address, .. options]);

    private async Task RunUntilAsync(CancellationToken cancellationToken)
    {
        using SqliteSink sink = new(Options) { Progressed = _ => Interlocked.Increment(ref _transactions) };
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
