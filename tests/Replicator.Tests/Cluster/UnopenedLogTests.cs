using System.Text;
using LogStore.Replicator.Cluster;
using LogStore.Replicator.Protocol;
using LogStore.Topics;
using Xunit;

namespace LogStore.Replicator.Tests.Cluster;

/// <summary>A log that cannot be opened: its broker is not elected for it, and all else goes on.</summary>
public sealed class UnopenedLogTests
{
    [Fact]
    public async Task ItsBrokerIsNotElectedAndItsNeighboursAreServedUntilItOpens()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(1);
        Topic topic = await cluster[1].Member.Admin.CreateTopicAsync("orders", 2, 1, LogConfig.Default);
        await Poll.UntilAsync("both are led", () => Leads(cluster, 0) && Leads(cluster, 1));
        await cluster.StopBrokerAsync(1, properly: true);
        // A file is where the log is to be.
        string log = cluster.PathOf("1/orders-0");
        Directory.Move(log, log + ".saved");
        await File.WriteAllTextAsync(log, "");

        await cluster.StartBrokerAsync(1);
        string failed = $"failed/1/{topic.Id:N}/0";
        Assert.NotNull(await cluster[1].Store.GetAsync(failed));
        await Poll.UntilAsync("only the other one is led", () => Leads(cluster, 1) && LeaderOf(cluster, 0) == PartitionState.NoLeader);
        Assert.Null(cluster[1].FindReplica("orders", 0));

        File.Delete(log);
        Directory.Move(log + ".saved", log);
        await Poll.UntilAsync("it is led again", () => Leads(cluster, 0));
        await Poll.UntilAsync("nobody calls it failed", async () => await cluster[1].Store.GetAsync(failed) is null);
    }

    [Fact]
    public async Task ADirectoryThatHasOneIsNotLeftForClean()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(1);
        await cluster[1].Member.Admin.CreateTopicAsync("orders", 1, 1, LogConfig.Default);
        await Poll.UntilAsync("it is led", () => Leads(cluster, 0));
        await cluster.StopBrokerAsync(1, properly: true);
        Assert.Contains("clean=true", await ReadLifeAsync(cluster), StringComparison.Ordinal);
        string log = cluster.PathOf("1/orders-0");
        Directory.Delete(log, recursive: true);
        await File.WriteAllTextAsync(log, "");

        await cluster.StartBrokerAsync(1);
        await cluster.StopBrokerAsync(1, properly: true);
        Assert.Contains("clean=false", await ReadLifeAsync(cluster), StringComparison.Ordinal);
    }

    private static bool Leads(ClusterUnderTest cluster, int index) =>
        cluster[1].FindReplica("orders", index) is { IsLeader: true } && LeaderOf(cluster, index) == 1;

    private static int LeaderOf(ClusterUnderTest cluster, int index)
    {
        ClusterImage image = cluster[1].Member.Image;
        return image.Topics.TryGetValue("orders", out Topic? topic)
            ? image.FindPartition(topic.Id, index)!.Leader
            : PartitionState.NoLeader;
    }

    private static Task<string> ReadLifeAsync(ClusterUnderTest cluster) =>
        File.ReadAllTextAsync(cluster.PathOf($"1/{DirectoryLife.FileName}"), Encoding.ASCII);
}
