using LogStore.Architecture.Tests;
using LogStore.Sinks.Sqlite.Tests.Support;

namespace LogStore.Sinks.Sqlite.Tests;

public sealed class MappingFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new(inMemory: true);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void TheExampleOfThePageIsAMapping()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "SINK.md"));
        string block = page.Split("```json\n")[1].Split("```")[0];
        RecordMapping mapping = Load(block);
        Assert.Equal(("accounts", StatementKind.UpsertAdd), (mapping.Table, mapping.Statement));
        Assert.Equal([new("account", "$.account")], mapping.Key);
        Assert.Equal([new("balance", "$.amount")], mapping.Columns);
        Assert.Equal([new("account", "TEXT")], mapping.Types);
        Assert.Equal(("id", "producer"), (mapping.Id, mapping.Producer));
    }

    [Theory]
    [InlineData(StatementKind.UpsertAdd, """{ "table": "t", "key": { "k": "account" }, "columns": { "v": "amount" } }""")]
    [InlineData(
        StatementKind.UpsertSet,
        """{ "table": "t", "statement": "upsert-set", "key": { "k": "account" }, "columns": { "v": "amount" } }""")]
    [InlineData(
        StatementKind.Insert, """{ "table": "t", "statement": "insert", "columns": { "k": "account", "v": "amount" } }""")]
    [InlineData(
        StatementKind.Sql,
        """
        {
          "table": "t", "statement": "sql", "schema": "CREATE TABLE IF NOT EXISTS t (k, v)",
          "sql": "INSERT INTO t VALUES ($k, $v)", "parameters": { "k": "account", "v": "amount" }
        }
        """)]
    public async Task AFileThatSaysNoMoreThanItMustIsApplied(StatementKind kind, string text)
    {
        RecordMapping mapping = Load(text);
        Assert.Equal((kind, 1, "id", null), (mapping.Statement, mapping.Version, mapping.Id, mapping.Producer));
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 5));
        SqliteSinkOptions options = topic.Options with { Mapping = mapping };
        Assert.Equal(1, (await topic.RunAsync(options)).Applied);
        Assert.Equal("a=5", Accounts.Scalar(topic.Database, "SELECT k || '=' || v FROM t"));
        Assert.True((await topic.CheckAsync(options)).IsEqual);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{ "key": { "k": "account" }, "columns": { "v": "amount" } }""")]
    [InlineData("""{ "table": null, "key": { "k": "account" }, "columns": { "v": "amount" } }""")]
    [InlineData("""{ "table": "t", "key": null, "columns": { "v": "amount" } }""")]
    [InlineData("""{ "table": "t", "key": { "k": null }, "columns": { "v": "amount" } }""")]
    [InlineData("""{ "table": "t", "key": { "k": "account" }, "columns": { "v": "amount" }, "id": null }""")]
    [InlineData("""{ "table": "t", "key": { "k": "account" }, "columns": { "v": "amount" }, "types": { "v": null } }""")]
    [InlineData("""{ "table": "t", "key": { "k": "account" }, "columns": { "v": "amount" }, "colour": "red" }""")]
    [InlineData("""{ "version": 2, "table": "t", "key": { "k": "account" }, "columns": { "v": "amount" } }""")]
    public void AFileThatIsNoMappingIsRefusedInOneLine(string text)
    {
        InvalidConfigException error = Assert.Throws<InvalidConfigException>(() => Load(text));
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("integer")]
    [InlineData("bigint")]
    public async Task ASumThatLeavesSixtyFourBitsIsRefusedHoweverItsTypeIsWritten(string type)
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        SqliteSinkOptions options = topic.Options with { Mapping = Typed("balance", type) };
        await topic.AppendAsync(0, Accounts.Record(1, "a", long.MaxValue), Accounts.Record(2, "a", 1));
        Assert.Equal(1, (await Assert.ThrowsAsync<UnusableRecordException>(() => topic.RunAsync(options))).Offset);
    }

    [Theory]
    [InlineData("balance", "INTEGER); DROP TABLE x; --")]
    [InlineData("balance", "INTEGER DEFAULT '0'")]
    [InlineData("balance", "")]
    [InlineData("ballance", "INTEGER")]
    public void ATypeThatIsNoneOrOfNoColumnIsRefused(string column, string type) =>
        Assert.Throws<InvalidConfigException>(() => Typed(column, type).Validate());

    private static RecordMapping Typed(string column, string type) =>
        Accounts.Mapping with { Types = new Dictionary<string, string> { [column] = type } };

    private RecordMapping Load(string text)
    {
        string path = _directory["mapping.json"];
        File.WriteAllText(path, text);
        return RecordMapping.Load(path);
    }
}
