using System.Text.Json;

namespace LogStore.Cli.Tests;

/// <summary>topic create, list, describe, alter, delete; and where the data directory is.</summary>
public sealed class TopicCommandTests
{
    [Fact]
    public async Task ATopicIsMadeListedChangedAndDeleted()
    {
        using DataFixture data = new();
        CommandResult create = await data.RunAsync("topic", "create", "words", "--partitions", "2", "--config", "retention.ms=-1");
        Assert.Equal("created topic words with 2 partitions\n", create.Succeeded().Text);
        Assert.Equal("TOPIC  PARTITIONS  CONFIG\nwords           2  retention.ms=-1\n", (await data.RunAsync("topic", "list")).Text);
        CommandResult alter = await data.RunAsync("topic", "alter", "words", "--partitions", "3", "--config", "flush.messages=1");
        Assert.Equal("altered topic words: 3 partitions, config flush.messages=1 retention.ms=-1\n", alter.Succeeded().Text);
        Assert.Equal("deleted topic words\n", (await data.RunAsync("topic", "delete", "words")).Succeeded().Text);
        Assert.Equal("[]\n", (await data.RunAsync("topic", "list", "--json")).Succeeded().Text);
        Assert.Empty(Directory.EnumerateDirectories(data.Data));
    }

    [Fact]
    public async Task ADescriptionShowsEachPartition()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync(partitions: 2);
        await data.ProduceAsync("a\nb\n", "--partition", "1");
        using JsonDocument json = JsonDocument.Parse((await data.RunAsync("topic", "describe", "t", "--json")).Succeeded().Text);
        Assert.Equal("t", json.RootElement.GetProperty("topic").GetString());
        JsonElement[] partitions = [.. json.RootElement.GetProperty("partitionStatus").EnumerateArray()];
        Assert.Equal([0, 2], partitions.Select(partition => partition.GetProperty("logEndOffset").GetInt64()));
        Assert.Equal([0, 1], partitions.Select(partition => partition.GetProperty("segments").GetInt32()));
    }

    [Fact]
    public async Task TheDirectoryComesFromTheOptionThenTheVariable()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync("from-option");
        CommandResult variable = await Shell.RunAsync($"LOGSTORE_DATA='{data.Data}' '{Shell.Program}' topic list");
        Assert.Contains("from-option", variable.Succeeded().Text, StringComparison.Ordinal);
        CommandResult option = await Shell.RunAsync($"LOGSTORE_DATA=/nowhere '{Shell.Program}' --data '{data.Data}' topic list");
        Assert.Contains("from-option", option.Succeeded().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeveralCommandsMayWriteToOneFileInTurn()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await data.ProduceAsync("line\n");
        CommandResult result = await Shell.RunAsync(
            $"(for i in 1 2 3; do '{Shell.Program}' --data '{data.Data}' consume t; done; echo end) > '{data["out"]}'; cat '{data["out"]}'");
        Assert.Equal("line\nline\nline\nend\n", result.Succeeded().Text);
    }
}
