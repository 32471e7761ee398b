using LogStore.Cli.Tests;
using LogStore.Sinks.Sqlite.Tests.Support;

namespace LogStore.Sinks.Sqlite.Tests;

/// <summary>The program's own part: what it refuses to understand.</summary>
public sealed class SinkCommandTests
{
    [Theory]
    [InlineData("--mapping says all of", "--mapping", "m.json", "--producer", "producer")]
    [InlineData("--mapping says all of", "--mapping", "m.json", "--id", "id")]
    [InlineData("--mapping says all of", "--mapping", "m.json", "--add", "x=a")]
    [InlineData("--mapping says all of", "--mapping", "m.json", "--set", "x=a")]
    [InlineData("column 'x' is given two sources", "--table", "t", "--key", "k", "--add", "x=a", "--add", "x=b")]
    public async Task OptionsThatContradictEachOtherAreMistakes(string message, params string[] options)
    {
        await using RunningCommand command = new(["sink", "sqlite", "--topic", "t", "--db", "no.db", "--data", "/no/such", .. options]);
        (await command.FinishAsync()).FailedWith(2, message);
    }

    [Fact]
    public async Task OneIsNotCountedAsMany()
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        await topic.AppendAsync(0, Accounts.Record(1, "a", 1));
        string[] options =
            ["--topic", LocalTopic.Name, "--db", topic.Database, "--data", topic.Directory, "--table", "accounts", "--key", "account",
             "--add", "balance=amount"];
        await using RunningCommand sink = new(["sink", "sqlite", "--create", .. options]);
        Assert.StartsWith("applied 1 record in 1 transaction, ", (await sink.FinishAsync()).Succeeded().Text, StringComparison.Ordinal);
        await using RunningCommand check = new(["sink", "verify", .. options]);
        Assert.Equal("equal: 1 record of the topic makes 1 row\n", (await check.FinishAsync()).Succeeded().Text);
    }
}
