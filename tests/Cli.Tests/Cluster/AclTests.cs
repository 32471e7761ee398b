using System.Text.Json;

namespace LogStore.Cli.Tests.Cluster;

/// <summary>acl add, remove, list, with a broker that has rules.</summary>
public sealed class AclTests
{
    [Fact]
    public async Task RulesAreAddedFoundAndRemoved()
    {
        BrokerFixture broker = new("authorizer=acl", "super.users=User:ANONYMOUS");
        await broker.InitializeAsync();
        try
        {
            CommandResult add = await broker.RunAsync(
                "acl", "add", "--allow-principal", "User:alice", "--operation", "read", "--operation", "Describe-Configs",
                "--topic", "words");
            Assert.Equal("added 2 rules\n", add.Succeeded().Text);
            (await broker.RunAsync(
                "acl", "add", "--deny-principal", "User:bob", "--host", "10.0.0.7", "--topic", "app.",
                "--resource-pattern-type", "prefixed")).Succeeded();
            (await broker.RunAsync("acl", "add", "--allow-principal", "User:*", "--operation", "describe", "--cluster")).Succeeded();

            string[] lines = (await broker.RunAsync("acl", "list")).Succeeded().Lines;
            Assert.Equal(
                [
                    "RESOURCE NAME PATTERN PRINCIPAL HOST OPERATION PERMISSION",
                    "topic app. prefixed User:bob 10.0.0.7 all deny",
                    "topic words literal User:alice * read allow",
                    "topic words literal User:alice * describe-configs allow",
                    "cluster kafka-cluster literal User:* * describe allow",
                ],
                lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

            using JsonDocument json = JsonDocument.Parse(
                (await broker.RunAsync("acl", "list", "--principal", "User:bob", "--json")).Succeeded().Text);
            Assert.Equal("app.", Assert.Single(json.RootElement.EnumerateArray()).GetProperty("name").GetString());

            CommandResult removed = await broker.RunAsync("acl", "remove", "--topic", "words", "--operation", "read");
            Assert.Equal(2, removed.Succeeded().Lines.Length);
            Assert.Equal(4, (await broker.RunAsync("acl", "list")).Succeeded().Lines.Length);
        }
        finally
        {
            await broker.DisposeAsync();
        }
    }
}
