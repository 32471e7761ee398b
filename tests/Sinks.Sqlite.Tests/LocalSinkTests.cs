using LogStore.Sinks.Sqlite.Database;
using LogStore.Sinks.Sqlite.Tests.Support;

namespace LogStore.Sinks.Sqlite.Tests;

public sealed class LocalSinkTests
{
    public static TheoryData<SinkMode> Modes => [SinkMode.Offset, SinkMode.MessageId, SinkMode.SeenIds];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task ARecordIsAppliedOnceHoweverOftenTheSinkRuns(SinkMode mode)
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        SqliteSinkOptions options = topic.Options with { Mode = mode, TransactionRecords = 2 };
        await topic.AppendAsync(0, Accounts.Record(1, "a", 5), Accounts.Record(2, "b", 7), Accounts.Record(3, "a", -2));
        Assert.Equal((3, 2), Of(await topic.RunAsync(options)));
        Assert.Equal(default, await topic.RunAsync(options) with { Before = 0 }); // Not even a transaction.
        await topic.AppendAsync(0, Accounts.Record(4, "a", 100));
        SinkStatistics second = await topic.RunAsync(options);
        Assert.Equal((3, 1), (second.Before, second.Applied));
        Assert.Equal((103, 7), (Accounts.Balance(topic.Database, "a"), Accounts.Balance(topic.Database, "b")));
        Assert.True((await topic.CheckAsync(options)).IsEqual);
    }

    [Theory]
    [InlineData(SinkMode.MessageId)]
    [InlineData(SinkMode.SeenIds)]
    public async Task IdsInAnotherOrderAcrossPartitionsAreNoDuplicates(SinkMode mode)
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync(partitions: 2);
        SqliteSinkOptions options = topic.Options with { Mode = mode };
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        await topic.AppendAsync(0, Accounts.Record(3, "a", 3));
        await topic.RunAsync(options);
        await topic.AppendAsync(1, Accounts.Record(2, "a", 2));
        SinkStatistics last = await topic.RunAsync(options);
        Assert.Equal(1, last.Applied);
        Assert.Equal(6, Accounts.Balance(topic.Database, "a"));
    }

    [Theory]
    [InlineData(SinkMode.MessageId)]
    [InlineData(SinkMode.SeenIds)]
    public async Task WhatTheProducerSendsTwiceIsAppliedOnce(SinkMode mode)
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        SqliteSinkOptions options = topic.Options with { Mode = mode };
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1), Accounts.Record(2, "a", 2), Accounts.Record(1, "a", 1));
        await topic.AppendAsync(0, Accounts.Record(2, "a", 2), Accounts.Record(3, "a", 3));
        SinkStatistics counts = await topic.RunAsync(options);
        Assert.Equal((3, 2), (counts.Applied, counts.Duplicates));
        Assert.Equal(6, Accounts.Balance(topic.Database, "a"));
        Assert.True((await topic.CheckAsync(options)).IsEqual);
    }

    [Fact]
    public async Task ProducersNumberTheirRecordsByThemselves()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        SqliteSinkOptions options = topic.Options with
        {
            Mode = SinkMode.MessageId,
            Mapping = Accounts.Mapping with { Producer = "producer" },
        };
        await topic.AppendAsync(
            0, """{"producer":"x","id":9,"account":"a","amount":1}""", """{"producer":"y","id":1,"account":"a","amount":2}""",
            """{"producer":"x","id":9,"account":"a","amount":4}""", """{"producer":"y","id":2,"account":"a","amount":8}""");
        Assert.Equal(3, (await topic.RunAsync(options)).Applied);
        Assert.Equal(11, Accounts.Balance(topic.Database, "a"));
    }

    [Fact]
    public async Task SeenIdsAreForgottenBehindTheWindowOnly()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        SqliteSinkOptions options = topic.Options with { Mode = SinkMode.SeenIds, SeenRecords = 50, TransactionRecords = 10 };
        for (int i = 0; i < 30; i++)
            await topic.AppendAsync(0, [.. Enumerable.Range(i * 10, 10).Select(id => Accounts.Record(id, "a", 1))]);
        await topic.RunAsync(options);
        Assert.Equal(50L, Accounts.Scalar(topic.Database, "SELECT count(*) FROM logstore_sink_seen"));
        Assert.Equal(300, Accounts.Balance(topic.Database, "a"));
    }

    [Fact]
    public async Task TheLastRecordIsNotAppliedAgainWhenItsIdIsForgotten()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        SqliteSinkOptions options = topic.Options with { Mode = SinkMode.SeenIds, SeenRecords = 2 };
        // The last record is a duplicate, whose id is remembered at the place where it came first.
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1), Accounts.Record(2, "a", 2), Accounts.Record(3, "a", 4));
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        await topic.RunAsync(options with { SeenRecords = 100 });
        Accounts.Scalar(topic.Database, "DELETE FROM logstore_sink_seen WHERE log_offset < 2");
        SinkStatistics again = await topic.RunAsync(options);
        Assert.Equal((0, 0), (again.Applied, again.Duplicates));
        Assert.Equal(7, Accounts.Balance(topic.Database, "a"));
    }

    [Fact]
    public async Task ARecordWithoutAnIdIsUnusableAndOneWithoutAProducerIsNobodys()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        SqliteSinkOptions options = topic.Options with
        {
            Mode = SinkMode.SeenIds,
            Mapping = Accounts.Mapping with { Id = "id?", Producer = "producer?" },
            Unusable = UnusableRecords.DeadLetterTable,
        };
        await topic.AppendAsync(
            0, Accounts.Record(1, "a", 1), """{"account":"a","amount":2}""", """{"id":null,"account":"a","amount":4}""",
            Accounts.Record(1, "a", 1), """{"producer":"x","id":1,"account":"a","amount":8}""");
        SinkStatistics counts = await topic.RunAsync(options);
        Assert.Equal((2, 1, 2), (counts.Applied, counts.Duplicates, counts.DeadLetters));
        Assert.Equal(9, Accounts.Balance(topic.Database, "a"));
        Assert.True((await topic.CheckAsync(options)).IsEqual);
    }

    [Theory]
    [InlineData("ACCOUNTS", null)]
    [InlineData("accounts", "Accounts")]
    public async Task TheSameTableInAnotherCaseIsTheSameTable(string table, string? name)
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        await topic.RunAsync();
        SqliteSinkOptions options = topic.Options with { Mapping = Accounts.Mapping with { Table = table }, Name = name };
        Assert.Equal(0, (await topic.RunAsync(options)).Applied);
        Assert.Equal(1, Accounts.Balance(topic.Database, "a"));
        Assert.True((await topic.CheckAsync(options)).IsEqual);
    }

    [Fact]
    public async Task ATableThatATopicFeedsUnderAnotherNameIsRefused()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        await topic.RunAsync();
        SinkException error = await Assert.ThrowsAsync<SinkException>(() => topic.RunAsync(topic.Options with { Name = "other" }));
        Assert.Contains("--name accounts", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<SinkException>(
            () => topic.RunAsync(topic.Options with { Name = "accounts", Mapping = Accounts.Mapping with { Table = "others" } }));
        Assert.Contains("to the table 'accounts', not 'others'", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Accounts.Balance(topic.Database, "a"));
    }

    [Fact]
    public async Task EmptyTextIsNotNull()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        SqliteSinkOptions options = topic.Options with
        {
            Unusable = UnusableRecords.DeadLetterTable,
            Mapping = new RecordMapping
            {
                Table = "texts",
                Statement = StatementKind.Insert,
                Columns = new Dictionary<string, string> { ["text"] = "text", ["absent"] = "absent?" },
            },
        };
        await topic.AppendAsync(0, """{"text":""}""", "");
        SinkStatistics counts = await topic.RunAsync(options);
        Assert.Equal((1, 1), (counts.Applied, counts.DeadLetters));
        Assert.Equal("text null", Accounts.Scalar(topic.Database, "SELECT typeof(text) || ' ' || typeof(absent) FROM texts"));
        Assert.Equal("blob", Accounts.Scalar(topic.Database, "SELECT typeof(value) FROM logstore_sink_dead_letters"));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"account\":\"a\"}")]
    [InlineData("{\"account\":\"a\",\"amount\":99999999999999999999}")]
    [InlineData("{\"account\":\"a\",\"amount\":1} x")]
    [InlineData("{\"account\":\"a\",\"amount\":\"text\"}")]
    public async Task AMalformedRecordStopsTheSinkOrIsSetAsideButNeverSkipped(string value)
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        await topic.AppendAsync(0, value, Accounts.Record(3, "a", 3));
        UnusableRecordException error = await Assert.ThrowsAsync<UnusableRecordException>(() => topic.RunAsync());
        Assert.Equal(1, error.Offset);
        Assert.Equal(1, (await Assert.ThrowsAsync<UnusableRecordException>(() => topic.RunAsync())).Offset);

        SqliteSinkOptions aside = topic.Options with { Unusable = UnusableRecords.DeadLetterTable };
        Assert.Equal(1, (await topic.RunAsync(aside)).DeadLetters);
        Assert.Equal(4, Accounts.Balance(topic.Database, "a"));
        Assert.Equal(1L, Accounts.Scalar(topic.Database, "SELECT log_offset FROM logstore_sink_dead_letters"));
        Assert.True((await topic.CheckAsync()).IsEqual);
    }

    [Fact]
    public async Task ALockedDatabaseIsReportedAndNothingIsApplied()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        using (SqliteSink sink = new(topic.Options with { BusyTimeout = TimeSpan.Zero }))
        {
            using SinkConnection other = new(topic.Database, create: false, TimeSpan.Zero);
            other.Execute("BEGIN IMMEDIATE");
            SinkException error = await Assert.ThrowsAsync<SinkException>(() => topic.RunAsync(sink));
            Assert.True(error.IsTransient);
            other.Execute("ROLLBACK");
        }

        Assert.Equal(1, (await topic.RunAsync()).Applied);
    }

    [Fact]
    public async Task AFullDiskEndsTheSinkAndWithRoomItGoesOn()
    {
        using SmallDisk disk = new(megabytes: 8);
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        for (int i = 0; i < 40; i++) await topic.AppendAsync(0, Accounts.Wide(i * 100, 100));
        SqliteSinkOptions options = topic.Options with
        {
            Database = Path.Combine(disk.Path, "accounts.db"),
            TransactionRecords = 100,
        };
        string ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[15 << 19]); // Half a megabyte is left.
        SinkException error = await Assert.ThrowsAsync<SinkException>(() => topic.RunAsync(options));
        Assert.Contains("no room", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        // Still full: it fails again, and has not harmed what is there.
        await Assert.ThrowsAsync<SinkException>(() => topic.RunAsync(options));

        File.Delete(ballast);
        long before = (long)Accounts.Scalar(options.Database, "SELECT count(*) FROM accounts")!;
        Assert.InRange(before, 1, 3999);
        Assert.Equal(0, before % 100);
        Assert.True((await topic.CheckAsync(options)).IsEqual);
        Assert.Equal(4000 - before, (await topic.RunAsync(options)).Applied);
        Assert.True((await topic.CheckAsync(options)).IsEqual);
    }

    [Fact]
    public async Task AFullDatabaseRollsBackAndTheNextRunGoesOn()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        for (int i = 0; i < 20; i++) await topic.AppendAsync(0, Accounts.Wide(i * 100, 100));
        using (SqliteSink sink = new(topic.Options with { TransactionRecords = 100 }))
        {
            sink.Applier.Connection.Execute("PRAGMA max_page_count = 40");
            SinkException error = await Assert.ThrowsAsync<SinkException>(() => topic.RunAsync(sink));
            Assert.Contains("no room", error.Message, StringComparison.Ordinal);
        }

        long before = (long)Accounts.Scalar(topic.Database, "SELECT count(*) FROM accounts")!;
        Assert.True((await topic.CheckAsync()).IsEqual);
        Assert.Equal(2000 - before, (await topic.RunAsync()).Applied);
        Assert.True((await topic.CheckAsync()).IsEqual);
    }

    [Fact]
    public async Task MissingOrNewerTablesAreRefused()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        Assert.Throws<SinkException>(() => new SqliteSink(topic.Options with { Create = false }));
        await topic.RunAsync();
        Accounts.Scalar(topic.Database, "DROP TABLE accounts");
        Assert.Contains(
            "no table 'accounts'", Assert.Throws<SinkException>(() => new SqliteSink(topic.Options with { Create = false })).Message,
            StringComparison.Ordinal);
        Accounts.Scalar(topic.Database, "UPDATE logstore_sink_meta SET value = 2");
        Assert.Contains(
            "version 2", Assert.Throws<SinkException>(() => new SqliteSink(topic.Options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE other (x)", false)]
    [InlineData("CREATE TABLE accounts (x)", true)] // Without the mapping's columns.
    [InlineData(
        "CREATE TABLE logstore_sink_meta (name, value); INSERT INTO logstore_sink_meta VALUES ('schema_version', 2)", true)]
    public async Task ADatabaseThatIsRefusedIsLeftAsItWas(string tables, bool create)
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        using (SinkConnection connection = new(topic.Database, create: true, TimeSpan.Zero)) connection.Execute(tables);
        byte[] before = await File.ReadAllBytesAsync(topic.Database);
        Assert.Throws<SinkException>(() => new SqliteSink(topic.Options with { Create = create }));
        Assert.Equal(before, await File.ReadAllBytesAsync(topic.Database));
    }

    [Fact]
    public async Task ALogThatWasTruncatedAndWrittenAnewIsReported()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        for (int i = 1; i <= 3; i++) await topic.AppendAsync(0, Accounts.Record(i, "a", i));
        await topic.RunAsync();
        await topic.TruncateAsync(0, 2, epoch: 5);
        await Assert.ThrowsAsync<LogDivergedException>(() => topic.RunAsync());
        for (int i = 4; i <= 6; i++) await topic.AppendAsync(0, Accounts.Record(i, "a", i));
        LogDivergedException error = await Assert.ThrowsAsync<LogDivergedException>(() => topic.RunAsync());
        Assert.Contains("epoch 5", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, Accounts.Balance(topic.Database, "a"));
    }

    [Fact]
    public async Task TheCheckFindsAChangedRow()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1), Accounts.Record(2, "b", 2));
        await topic.RunAsync();
        Accounts.Scalar(topic.Database, "UPDATE accounts SET balance = 3 WHERE account = 'b'");
        TableCheckResult result = await topic.CheckAsync();
        Assert.Equal((2, 2), (result.DifferenceCount, result.Differences.Count));
    }

    [Fact]
    public async Task TheCheckSaysWhereTheOrderOfPartitionsMayBeWhatDiffers()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync(partitions: 2);
        SqliteSinkOptions options = topic.Options with { Mapping = Accounts.Mapping with { Statement = StatementKind.UpsertSet } };
        await topic.AppendAsync(1, Accounts.Record(1, "a", 1));
        await topic.RunAsync(options);
        await topic.AppendAsync(0, Accounts.Record(2, "a", 2));
        await topic.RunAsync(options);
        TableCheckResult result = await topic.CheckAsync(options);
        Assert.Equal((false, true), (result.IsEqual, result.IsOrderUnknown));
        await topic.AppendAsync(0, Accounts.Record(3, "b", 3));
        SqliteSinkOptions sums = topic.Options with { Mapping = Accounts.Mapping with { Table = "sums" } };
        await topic.RunAsync(sums);
        Assert.False((await topic.CheckAsync(sums)).IsOrderUnknown);
    }

    [Fact]
    public async Task TheLogsOwnRecordsAreNotAppliedAndATransactionsAreRefused()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, isControl: true, Accounts.Record(1, "a", 1));
        await topic.AppendAsync(0, Accounts.Record(2, "a", 2));
        await topic.AppendAsync(0, isControl: true, Accounts.Record(3, "a", 4));
        Assert.Equal(1, (await topic.RunAsync()).Applied);
        Assert.Equal(0, (await topic.RunAsync()).Applied);
        Assert.Equal(2, Accounts.Balance(topic.Database, "a"));
        Assert.True((await topic.CheckAsync()).IsEqual);
        await topic.AppendAsync(0, isControl: false, Accounts.Record(4, "a", 8));
        SinkException error = await Assert.ThrowsAsync<SinkException>(() => topic.RunAsync());
        Assert.Contains("through brokers", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, Accounts.Balance(topic.Database, "a"));
    }

    [Fact]
    public async Task AFailureOnPurposeComesBehindTheCommit()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        SinkException error =
            await Assert.ThrowsAsync<SinkException>(() => topic.RunAsync(topic.Options with { ErrorProbability = 1 }));
        Assert.Contains("on purpose", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Accounts.Balance(topic.Database, "a"));
        Assert.Equal(0, (await topic.RunAsync()).Applied);
    }

    [Fact]
    public async Task AStatementOfTheMappingsOwnIsBoundNotConcatenated()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        SqliteSinkOptions options = topic.Options with
        {
            Mapping = new RecordMapping
            {
                Table = "log\"book",
                Statement = StatementKind.Sql,
                Schema = "CREATE TABLE IF NOT EXISTS \"log\"\"book\" (text, place)",
                Sql = "INSERT INTO \"log\"\"book\" VALUES ($text, $place)",
                Parameters = new Dictionary<string, string> { ["text"] = "@value", ["place"] = "@offset" },
            },
        };
        await topic.AppendAsync(0, "'); DROP TABLE x; --", "two");
        Assert.Equal(2, (await topic.RunAsync(options)).Applied);
        Assert.Equal("'); DROP TABLE x; --", Accounts.Scalar(topic.Database, "SELECT text FROM \"log\"\"book\" WHERE place = 0"));
        Assert.True((await topic.CheckAsync(options)).IsEqual);
    }

    private static (long Applied, long Transactions) Of(SinkStatistics counts) => (counts.Applied, counts.Transactions);
}
