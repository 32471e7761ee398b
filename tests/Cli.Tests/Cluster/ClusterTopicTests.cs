using System.Text.Json;

namespace LogStore.Cli.Tests.Cluster;

/// <summary>topic create, list, describe, alter, delete through a broker.</summary>
public sealed class ClusterTopicTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task ATopicIsMadeChangedAndDeletedInTheWordsOfTheLocalCommand()
    {
        string name = broker.NewName();
        CommandResult create = await broker.RunAsync("topic", "create", name, "--partitions", "2", "--config", "retention.ms=-1");
        Assert.Equal($"created topic {name} with 2 partitions\n", create.Succeeded().Text);
        Assert.Contains($"{name}           2  retention.ms=-1\n", (await broker.RunAsync("topic", "list")).Succeeded().Text, StringComparison.Ordinal);
        CommandResult alter = await broker.RunAsync("topic", "alter", name, "--partitions", "3", "--config", "flush.messages=1");
        Assert.Equal($"altered topic {name}: 3 partitions, config flush.messages=1 retention.ms=-1\n", alter.Succeeded().Text);
        Assert.Equal($"deleted topic {name}\n", (await broker.RunAsync("topic", "delete", name)).Succeeded().Text);
        Assert.DoesNotContain(name, (await broker.RunAsync("topic", "list", "--json")).Succeeded().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutACountTheBrokerChoosesIt()
    {
        string name = broker.NewName();
        Assert.Equal($"created topic {name} with 1 partition\n", (await broker.RunAsync("topic", "create", name)).Succeeded().Text);
    }

    [Fact]
    public async Task ADescriptionIsTheLocalOneButForIdAndSegments()
    {
        string topic = await broker.CreateTopicAsync(2, "max.message.bytes=5000");
        await broker.ProduceAsync(topic, "a\nb\n", "--partition", "1");
        await using RunningCommand command = new(["topic", "describe", topic, "--data", broker.Data]);
        string[] local = (await command.FinishAsync()).Succeeded().Lines;
        string[] remote = (await broker.RunAsync("topic", "describe", topic)).Succeeded().Lines;
        Assert.Equal(local.Where(line => !line.StartsWith("id ", StringComparison.Ordinal)).Select(WithoutLastColumn),
            remote.Where(line => !line.StartsWith("id ", StringComparison.Ordinal)).Select(WithoutLastColumn));

        using JsonDocument json = JsonDocument.Parse((await broker.RunAsync("topic", "describe", topic, "--json")).Succeeded().Text);
        JsonElement[] partitions = [.. json.RootElement.GetProperty("partitionStatus").EnumerateArray()];
        Assert.Equal([0, 2], partitions.Select(partition => partition.GetProperty("logEndOffset").GetInt64()));
        Assert.True(partitions[1].GetProperty("sizeInBytes").GetInt64() > 0);
        Assert.Equal(JsonValueKind.Null, partitions[1].GetProperty("segments").ValueKind);
    }

    [Fact]
    public async Task AMistakeInASettingLeavesTheTopicAsItWas()
    {
        string topic = await broker.CreateTopicAsync();
        (await broker.RunAsync("topic", "alter", topic, "--partitions", "4", "--config", "colour=blue"))
            .FailedWith(2, "there is no such setting");
        Assert.Contains("\npartitions  1\n", (await broker.RunAsync("topic", "describe", topic)).Succeeded().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheBrokerComesFromTheOptionThenTheVariable()
    {
        string topic = await broker.CreateTopicAsync();
        CommandResult variable = await Shell.RunAsync(
            $"unset LOGSTORE_DATA; LOGSTORE_BOOTSTRAP_SERVER={broker.Address} '{Shell.Program}' topic list");
        Assert.Contains(topic, variable.Succeeded().Text, StringComparison.Ordinal);
        CommandResult option = await Shell.RunAsync(
            $"LOGSTORE_BOOTSTRAP_SERVER=127.0.0.1:1 '{Shell.Program}' topic list --bootstrap-server {broker.Address}");
        Assert.Contains(topic, option.Succeeded().Text, StringComparison.Ordinal);
        CommandResult data = await Shell.RunAsync(
            $"LOGSTORE_BOOTSTRAP_SERVER=127.0.0.1:1 '{Shell.Program}' topic list --data '{broker.Data}'");
        Assert.Contains(topic, data.Succeeded().Text, StringComparison.Ordinal);
        CommandResult both = await Shell.RunAsync(
            $"LOGSTORE_DATA=/nowhere LOGSTORE_BOOTSTRAP_SERVER=127.0.0.1:1 '{Shell.Program}' topic list");
        both.FailedWith(2, "LOGSTORE_DATA and LOGSTORE_BOOTSTRAP_SERVER are both set");
    }

    [Fact]
    public async Task AFileOfClientSettingsNamesTheBrokers()
    {
        string topic = await broker.CreateTopicAsync();
        string file = broker[topic];
        await File.WriteAllTextAsync(file, $"# for tests\nbootstrap.servers={broker.Address}\nsecurity.protocol=plaintext\n");
        await using RunningCommand list = new(["topic", "list", "--client-config", file]);
        Assert.Contains(topic, (await list.FinishAsync()).Succeeded().Text, StringComparison.Ordinal);
    }

    private static string WithoutLastColumn(string line) =>
        line.Contains("  ", StringComparison.Ordinal) && char.IsAsciiDigit(line.TrimStart()[0]) ? line[..line.LastIndexOf(' ')].TrimEnd() : line;
}
