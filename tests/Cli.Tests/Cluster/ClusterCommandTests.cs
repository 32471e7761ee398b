using System.Text.Json;

namespace LogStore.Cli.Tests.Cluster;

/// <summary>cluster status, reassign and elect. Tests of a class run one after another, so one may kill a broker.</summary>
public sealed class ClusterCommandTests(LocalClusterFixture cluster) : IClassFixture<LocalClusterFixture>
{
    [Fact]
    public async Task StatusShowsBrokersAndPartitions()
    {
        string topic = await cluster.CreateTopicAsync(partitions: 3);
        await cluster.UntilAsync(topic, IsWell);
        CommandResult status = (await cluster.RunAsync("cluster", "status", "--topic", topic)).Succeeded();
        Assert.Matches(@"^cluster     \S+\ncontroller  [123]\n\nBROKER  ADDRESS +RACK  LEADERS  REPLICAS  ROLE\n", status.Text);
        for (int id = 1; id <= 3; id++)
            Assert.Matches($@"\n     {id}  127\.0\.0\.1:{cluster.Port + id - 1}  -  +\d+  +\d+  (controller|-)\n", status.Text);
        foreach (string link in (string[])["1 - 2", "1 - 3", "2 - 3"])
        {
            string line = Assert.Single(status.Lines, each => each.StartsWith($"{link}  ", StringComparison.Ordinal));
            Assert.Contains("  up     ", line, StringComparison.Ordinal);
        }

        Assert.Single(status.Lines, line => line.EndsWith("  controller", StringComparison.Ordinal));
        Assert.Equal(3, status.Lines.Count(line => line.StartsWith(topic, StringComparison.Ordinal) && line.EndsWith("  ok", StringComparison.Ordinal)));
        Assert.EndsWith("\n3 partitions: all in sync\n", status.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StatusAsJsonHasTheSame()
    {
        string topic = await cluster.CreateTopicAsync(partitions: 3);
        (await cluster.RunWithInputAsync("a\nb\n", "produce", topic, "--partition", "0")).Succeeded();
        JsonElement[] partitions = await cluster.UntilAsync(topic, partition =>
            IsWell(partition) && partition.GetProperty("lag").EnumerateObject().All(lag => lag.Value.ValueKind == JsonValueKind.Number));
        Assert.Equal([1, 2, 3], partitions.Select(each => each.GetProperty("leader").GetInt32()).Order());
        foreach (JsonElement partition in partitions)
        {
            Assert.Equal(partition.GetProperty("leader").GetInt32(), Ids(partition, "replicas")[0]);
            Assert.Equal([1, 2, 3], Ids(partition, "inSync").Order());
            Assert.Equal(2, partition.GetProperty("minInSync").GetInt32());
            Assert.All(partition.GetProperty("lag").EnumerateObject(), lag => Assert.Equal(0, lag.Value.GetInt64()));
        }

        using JsonDocument status = JsonDocument.Parse((await cluster.RunAsync("cluster", "status", "--json")).Text);
        Assert.All(
            status.RootElement.GetProperty("brokers").EnumerateArray().Where(broker => broker.GetProperty("alive").GetBoolean()),
            broker => Assert.True(broker.GetProperty("reachesStore").GetBoolean()));
    }

    [Fact]
    public async Task AKilledBrokerIsSeenAndItsPreferredPartitionsCanBeElectedBack()
    {
        string topic = await cluster.CreateTopicAsync(partitions: 3);
        string strict = await cluster.CreateTopicAsync(1, "min.insync.replicas=3");
        await cluster.UntilAsync(topic, IsWell);
        await cluster.UntilAsync(strict, IsWell);

        await cluster.KillBrokerAsync(2);
        await cluster.UntilAsync(topic, partition => Ids(partition, "inSync").Length == 2 && partition.GetProperty("leader").GetInt32() != 2);
        await cluster.UntilAsync(strict, partition => Ids(partition, "inSync").Length == 2);
        CommandResult served = (await cluster.RunAsync("cluster", "status", "--topic", topic)).Succeeded();
        Assert.Matches(@"\n     2  \?  +-  +0  +\d+  down\n", served.Text);
        Assert.EndsWith("\n3 partitions: 3 under-replicated\n", served.Text, StringComparison.Ordinal);
        Assert.Contains("2:?", served.Text, StringComparison.Ordinal);
        CommandResult unserved = await cluster.RunAsync("cluster", "status", "--topic", strict, "--unhealthy");
        Assert.Equal(6, unserved.ExitCode);
        Assert.Contains("below min.insync.replicas 3, under-replicated\n", unserved.Text, StringComparison.Ordinal);

        await cluster.RestartBrokerAsync(2);
        JsonElement[] before = await cluster.UntilAsync(topic, partition => Ids(partition, "inSync").Length == 3);
        JsonElement other = Assert.Single(before, partition => Ids(partition, "replicas")[0] == 2);
        Assert.NotEqual(2, other.GetProperty("leader").GetInt32());
        CommandResult elected = (await cluster.RunAsync("cluster", "elect", "--topic", topic)).Succeeded();
        Assert.Equal($"{topic}-{other.GetProperty("partition").GetInt32()} is led by 2\n", elected.Text);
        await cluster.UntilAsync(topic, partition => partition.GetProperty("leader").GetInt32() == Ids(partition, "replicas")[0]);
        CommandResult again = (await cluster.RunAsync("cluster", "elect", "--topic", topic)).Succeeded();
        Assert.Equal("nothing to elect: all are led as they should be\n", again.Text);
    }

    [Fact]
    public async Task ReassignMovesTheRecordsAndWaits()
    {
        string topic = await cluster.CreateTopicAsync();
        (await cluster.RunWithInputAsync("a\nb\n", "produce", topic)).Succeeded();
        CommandResult moved = await cluster.RunAsync("cluster", "reassign", "--topic", topic, "--to", "3", "--wait");
        Assert.Equal($"moved {topic}-0 to 3\n", moved.Succeeded().Text);
        JsonElement partition = Assert.Single(await cluster.UntilAsync(topic, each => each.GetProperty("leader").GetInt32() == 3));
        Assert.Equal([3], Ids(partition, "replicas"));
        moved = await cluster.RunAsync("cluster", "reassign", "--topic", topic, "--partition", "0", "--to", "1,2", "--wait");
        Assert.Equal($"moved {topic}-0 to 1,2\n", moved.Succeeded().Text);
        await cluster.UntilAsync(topic, each => Ids(each, "replicas") is [1, 2] && Ids(each, "inSync").Length == 2);
        Assert.Equal("a\nb\n", (await cluster.RunAsync("consume", topic)).Succeeded().Text);
        Assert.Equal("TOPIC  PARTITION  TO  ADDING  REMOVING\n", (await cluster.RunAsync("cluster", "reassign", "--list")).Succeeded().Text);
        Assert.Equal("nothing is being moved\n", (await cluster.RunAsync("cluster", "reassign", "--cancel", "--topic", topic)).Succeeded().Text);
    }

    [Fact]
    public async Task MistakesAreExplainedInOneLine()
    {
        string topic = await cluster.CreateTopicAsync();
        await FailsAsync(3, "There is no topic 'nope'", "status", "--topic", "nope");
        await FailsAsync(3, "There is no topic 'nope'", "reassign", "--topic", "nope", "--to", "1");
        await FailsAsync(3, "There is no topic 'nope'", "elect", "--topic", "nope");
        await FailsAsync(3, "there is no broker 9; alive are 1, 2, 3", "reassign", "--topic", topic, "--to", "1,9");
        await FailsAsync(3, "there is no broker 9", "reassign", "--drain", "9");
        await FailsAsync(2, "names a broker twice", "reassign", "--topic", topic, "--to", "1,1");
        await FailsAsync(2, "3 replicas, and there are 2 other brokers alive", "reassign", "--drain", "1");
        await FailsAsync(2, "--to takes brokers' numbers", "reassign", "--topic", topic, "--to", "one");
        await FailsAsync(2, "give one of --to", "reassign", "--topic", topic);
        await FailsAsync(2, "--to needs --topic", "reassign", "--to", "1");
        await FailsAsync(2, "--partition needs --topic", "elect", "--partition", "0");
        await FailsAsync(2, "--yes goes with --unclean", "elect", "--yes");

        async Task FailsAsync(int exitCode, string message, params string[] arguments) =>
            (await cluster.RunAsync(["cluster", .. arguments])).FailedWith(exitCode, message);
    }

    [Fact]
    public async Task APortThatIsTakenIsNamedBeforeAnythingIsStarted()
    {
        using TemporaryDirectory directory = new();
        await using RunningCommand second =
            new(["cluster", "local", "--port", $"{cluster.Port - 1}", "--data", directory["cluster"]]);
        (await second.FinishAsync()).FailedWith(4, $"port {cluster.Port}, for broker 2, is in use");
        Assert.False(Directory.Exists(directory["cluster"]));
    }

    [Fact]
    public async Task ADirectoryThatIsInUseIsSaidToBe()
    {
        await using RunningCommand second = new(
            ["cluster", "local", "--port", $"{LocalClusterFixture.FindPorts(3)}", "--data", cluster.Data]);
        CommandResult result = await second.FinishAsync();
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("logstore: broker 1 did not start: ", result.Error, StringComparison.Ordinal);
    }

    private static bool IsWell(JsonElement partition) =>
        partition.GetProperty("leader").ValueKind == JsonValueKind.Number && !partition.GetProperty("underReplicated").GetBoolean();

    private static int[] Ids(JsonElement partition, string name) =>
        [.. partition.GetProperty(name).EnumerateArray().Select(each => each.GetInt32())];
}
