using System.Text.Json;

namespace LogStore.Cli.Tests.Cluster;

/// <summary>What is done to a cluster that has lost brokers, or is to lose one. Topics have at most two replicas.</summary>
public sealed class ClusterMovesTests(LocalClusterFixture cluster) : IClassFixture<LocalClusterFixture>
{
    [Fact]
    public async Task ADrainedBrokerHasNothingLeftAndNothingIsLost()
    {
        string topic = await CreateAsync("1,2");
        (await cluster.RunWithInputAsync("a\nb\n", "produce", topic)).Succeeded();
        CommandResult drained = await cluster.RunAsync("cluster", "reassign", "--drain", "1", "--wait");
        Assert.Contains($"moved {topic}-0 to 3,2\n", drained.Succeeded().Text, StringComparison.Ordinal);
        await cluster.UntilAsync(topic, partition => Ids(partition, "inSync") is { Length: 2 } inSync && !inSync.Contains(1));
        Assert.Matches(@"\n     1  \S+ +- +0 +0  ", (await cluster.RunAsync("cluster", "status")).Text);
        Assert.Equal("a\nb\n", (await cluster.RunAsync("consume", topic)).Succeeded().Text);
    }

    [Fact]
    public async Task AnUncleanElectionIsDoneOnlyWhenItIsMeant()
    {
        string topic = await CreateAsync("1,2", "min.insync.replicas=1");
        (await cluster.RunWithInputAsync("on both\n", "produce", topic)).Succeeded();
        await cluster.KillBrokerAsync(2);
        await cluster.UntilAsync(topic, partition => Ids(partition, "inSync") is [1]);
        (await cluster.RunWithInputAsync("on one\n", "produce", topic)).Succeeded();
        await cluster.KillBrokerAsync(1);
        await cluster.RestartBrokerAsync(2);
        await cluster.UntilAsync(topic, partition => partition.GetProperty("leader").ValueKind == JsonValueKind.Null);

        CommandResult asked = await cluster.RunAsync("cluster", "elect", "--topic", topic, "--unclean");
        Assert.Equal(2, asked.ExitCode);
        Assert.Contains($"{topic}-0", asked.Error, StringComparison.Ordinal);
        Assert.Contains("--yes", asked.Error, StringComparison.Ordinal);
        CommandResult elected = await cluster.RunAsync("cluster", "elect", "--topic", topic, "--unclean", "--yes");
        Assert.Equal($"{topic}-0 is led by 2\n", elected.Succeeded().Text);
        Assert.Equal("on both\n", (await cluster.RunAsync("consume", topic)).Succeeded().Text);

        (await cluster.RunWithInputAsync("later\n", "produce", topic)).Succeeded();
        await cluster.RestartBrokerAsync(1);
        await cluster.UntilAsync(topic, partition => Ids(partition, "inSync").Length == 2);
        Assert.Equal("on both\nlater\n", (await cluster.RunAsync("consume", topic)).Succeeded().Text);
        CommandResult again = await cluster.RunAsync("cluster", "elect", "--topic", topic, "--unclean", "--yes");
        Assert.Equal("nothing to elect: all are led as they should be\n", again.Succeeded().Text);
    }

    [Fact]
    public async Task AWatchedStatusIsPrintedAgainUntilItIsInterrupted()
    {
        string topic = await CreateAsync("2,3");
        await using RunningCommand watch = new(
            ["cluster", "status", "--topic", topic, "--watch", "1", "--bootstrap-server", cluster.BootstrapServers]);
        for (int times = 0; times < 2;)
        {
            string? line = await watch.Output.ReadLineAsync();
            Assert.NotNull(line);
            if (line.StartsWith("cluster ", StringComparison.Ordinal)) times++;
        }

        watch.Interrupt();
        Assert.Equal(130, (await watch.FinishedAsync()).ExitCode);
    }

    private async Task<string> CreateAsync(string replicas, params string[] config)
    {
        string topic = cluster.NewName();
        string[] settings = [.. config.SelectMany(setting => new[] { "--config", setting })];
        (await cluster.RunAsync(["topic", "create", topic, "--partitions", "1", "--replication-factor", "2", .. settings])).Succeeded();
        (await cluster.RunAsync("cluster", "reassign", "--topic", topic, "--to", replicas, "--wait")).Succeeded();
        await cluster.UntilAsync(topic, partition => Ids(partition, "inSync").Length == 2);
        return topic;
    }

    private static int[] Ids(JsonElement partition, string name) =>
        [.. partition.GetProperty(name).EnumerateArray().Select(each => each.GetInt32())];
}
