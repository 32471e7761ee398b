using System.Text;
using LogStore.Records;
using LogStore.Replicator.Cluster;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Replicas;
using LogStore.Topics;
using Xunit;

namespace LogStore.Replicator.Tests.Cluster;

/// <summary>What brokers do when the metadata store is not what it was: nothing that costs records.</summary>
public sealed class AuthorityTests
{
    [Fact]
    public async Task AStoreThatHoldsNoClusterIsRefusedAndNothingIsDeleted()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(1);
        await FillAsync(cluster);
        await cluster.StopBrokerAsync(1, properly: true);

        InvalidConfigException error = await Assert.ThrowsAsync<InvalidConfigException>(
            () => cluster.StartBrokerAsync(1, store: "other.db"));
        Assert.Contains("other.db holds no cluster", error.Message, StringComparison.Ordinal);

        await cluster.StartBrokerAsync(1);
        Assert.Equal(1, cluster[1].Replica("orders").Log.LogEndOffset);
    }

    [Fact]
    public async Task ABrokerWhoseStoreLosesAllStopsAndKeepsItsRecords()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(1);
        await FillAsync(cluster);
        MetadataTransaction all = new();
        foreach (MetadataEntry entry in (await cluster[1].Store.ListAsync("")).Entries) all.Delete(entry.Key);
        await cluster[1].Store.TransactAsync(all);

        InvalidMetadataStoreException error = await Assert.ThrowsAsync<InvalidMetadataStoreException>(
            () => cluster[1].Member.Failure.WaitAsync(Poll.Patience));
        Assert.Contains("no longer holds cluster", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, cluster[1].Replica("orders").Log.LogEndOffset);
        Assert.NotNull(cluster[1].Directory.FindTopic("orders"));
    }

    [Fact]
    public async Task ATopicThatTheStoreHasForgottenIsSetAside()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(2);
        Topic topic = await FillAsync(cluster);
        await cluster[1].Store.TransactAsync(
            new MetadataTransaction().Delete("topics/orders").Delete($"partitions/{topic.Id:N}/0"));

        await Poll.UntilAsync("it is gone", () => cluster.Members.All(member => member.Directory.Topics.Count == 0));
        foreach (string broker in (string[])["1", "2"])
        {
            string kept = Assert.Single(Directory.GetDirectories(cluster.PathOf(broker), "orders-0*"));
            Assert.EndsWith($"orders-0.{topic.Id:N}.stray", kept, StringComparison.Ordinal);
            Assert.True(new FileInfo(Directory.GetFiles(kept, "*.log").Single()).Length > 0);
        }
    }

    /// <summary>As after a restore from a backup that was made before the partition was moved here.</summary>
    [Fact]
    public async Task APartitionWhoseLatestEpochsTheStoreHasForgottenIsSetAside()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(2);
        Topic topic = await cluster[1].Member.Admin.CreateTopicAsync("orders", [[1]], LogConfig.Default);
        await AppendAsync(cluster[1], "orders");
        byte[] before = (await cluster[1].Store.GetAsync($"partitions/{topic.Id:N}/0"))!.Value.ToArray();
        await cluster[1].Member.Admin.ReassignAsync("orders", 0, [2]);
        await AppendAsync(cluster[2], "orders");
        await cluster[1].Store.TransactAsync(new MetadataTransaction().Put($"partitions/{topic.Id:N}/0", before));

        await Poll.UntilAsync("it is given up", () => cluster[2].FindReplica("orders") is null);
        string kept = cluster.PathOf($"2/orders-0.{topic.Id:N}.stray");
        await Poll.UntilAsync("it is kept", () => Directory.Exists(kept));
        Assert.True(new FileInfo(Directory.GetFiles(kept, "*.log").Single()).Length > 0);
    }

    [Fact]
    public async Task ATopicDeletedWhileABrokerWasDownIsDeletedWhenItComesUp()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(2);
        await FillAsync(cluster);
        await cluster.StopBrokerAsync(2, properly: true);
        await cluster[1].Member.Admin.DeleteTopicAsync("orders");

        await cluster.StartBrokerAsync(2);
        Assert.Empty(cluster[2].Directory.Topics);
        Assert.Empty(Directory.GetDirectories(cluster.PathOf("2"), "orders-0*"));
    }

    [Fact]
    public async Task ASettingOfALaterVersionDoesNotKeepABrokerFromReadingOn()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(1);
        string later =
            """{"id":"8e7a9b52-6f5c-4a52-8ce5-4dfe6c1f6f01","partitions":1,"config":{"no.such":"x","segment.bytes":"1048576"}}""";
        await cluster[1].Store.TransactAsync(
            new MetadataTransaction().Put("topics/later", Encoding.UTF8.GetBytes(later)));
        await FillAsync(cluster);
        Assert.Equal(1048576, cluster[1].Member.Image.Topics["later"].Config.SegmentBytes);
        Assert.False(cluster[1].Member.Failure.IsCompleted);
    }

    [Fact]
    public async Task ABrokerThatCannotReadWhatIsDecidedStops()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(1);
        await cluster[1].Store.TransactAsync(new MetadataTransaction().Put("topics/t", "no JSON"u8.ToArray()));
        await Assert.ThrowsAsync<System.Text.Json.JsonException>(() => cluster[1].Member.Failure.WaitAsync(Poll.Patience));
    }

    [Fact]
    public async Task ASecondBrokerOfTheSameNumberIsRefusedAndDoesTheFirstNoHarm()
    {
        await using ClusterUnderTest cluster = new() { SessionTimeout = TimeSpan.FromSeconds(1) };
        MemberUnderTest first = await cluster.StartBrokerAsync(1);
        InvalidConfigException error = await Assert.ThrowsAsync<InvalidConfigException>(
            () => cluster.StartBrokerAsync(1, directory: "another"));
        Assert.Contains("running on another data directory", error.Message, StringComparison.Ordinal);

        MetadataEntry before = (await first.Store.GetAsync("brokers/1"))!;
        await first.Store.RevokeLeaseAsync(before.Lease);
        await Poll.UntilAsync(
            "it has registered anew",
            async () => await first.Store.GetAsync("brokers/1") is { } entry && entry.Lease != before.Lease);
        Assert.False(first.Member.Failure.IsCompleted);
    }

    [Fact]
    public async Task ABrokerWhoseNumberIsTakenStops()
    {
        await using ClusterUnderTest cluster = new() { SessionTimeout = TimeSpan.FromSeconds(1) };
        MemberUnderTest first = await cluster.StartBrokerAsync(1);
        await first.Store.TransactAsync(new MetadataTransaction().Put("lives/1", "another"u8.ToArray()));
        await first.Store.RevokeLeaseAsync((await first.Store.GetAsync("brokers/1"))!.Lease);
        InvalidConfigException error = await Assert.ThrowsAsync<InvalidConfigException>(
            () => first.Member.Failure.WaitAsync(Poll.Patience));
        Assert.Contains("started elsewhere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADirectoryThatTheBrokerDidNotHaveInItsLastLifeHoldsNothingForSure()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(1);
        LiveBroker first = LivesOf(cluster);
        await cluster.StopBrokerAsync(1, properly: true);
        await cluster.StartBrokerAsync(1, directory: "while it was not mounted");
        await cluster.StopBrokerAsync(1, properly: true);
        await cluster.StartBrokerAsync(1);
        LiveBroker third = LivesOf(cluster);
        Assert.True(third.Epoch > first.Epoch);
        Assert.Equal((third.Epoch, third.Epoch), (third.IntactSince, third.CreatedIn));

        await cluster.StopBrokerAsync(1, properly: true);
        await cluster.StartBrokerAsync(1);
        Assert.Equal((third.Epoch, third.Epoch), (LivesOf(cluster).IntactSince, LivesOf(cluster).CreatedIn));
    }

    [Fact]
    public async Task ABrokerKnowsThatItsStoreDoesNotAnswer()
    {
        await using ClusterUnderTest cluster = new() { SessionTimeout = TimeSpan.FromSeconds(1) };
        MemberUnderTest broker = await cluster.StartBrokerAsync(1);
        Assert.True(broker.Member.IsStoreReachable);
        broker.Store.RenewsNothing = true;
        await Poll.UntilAsync("it has noticed", () => !broker.Member.IsStoreReachable);
        broker.Store.RenewsNothing = false;
        await Poll.UntilAsync("it has noticed", () => broker.Member.IsStoreReachable);
    }

    [Fact]
    public async Task ABrokerStandsForControllerUntilThereIsOne()
    {
        int refused = 0;
        await using ClusterUnderTest cluster = new()
        {
            BeforeTransaction = transaction =>
                transaction.Changes.Any(change => change.Key == "controller") && Interlocked.Increment(ref refused) <= 2
                    ? throw new MetadataStoreException("The store does not answer.")
                    : Task.CompletedTask,
        };
        await cluster.StartBrokerAsync(1);
        await Poll.UntilAsync("it is the controller", () => cluster[1].Member.IsController);
        Assert.True(refused > 2);
    }

    [Fact]
    public async Task PartitionsThatSomebodyElseHasAddedMeanwhileAreLeftAlone()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(2);
        Topic topic = await FillAsync(cluster);
        string key = $"partitions/{topic.Id:N}/1";
        long added = 0;
        cluster[1].Store.Before = async transaction =>
        {
            if (added != 0 || transaction.Changes.All(change => change.Key != key)) return;
            await cluster[2].Member.Admin.AddPartitionsAsync("orders", 2);
            added = (await cluster[2].Store.GetAsync(key))!.Version;
        };
        await Assert.ThrowsAsync<MetadataStoreException>(async () => await cluster[1].Member.Admin.AddPartitionsAsync("orders", 2));
        Assert.Equal(added, (await cluster[2].Store.GetAsync(key))!.Version);
    }

    private static LiveBroker LivesOf(ClusterUnderTest cluster) => cluster[1].Member.Self;

    /// <summary>A topic with one record, on all brokers.</summary>
    private static async Task<Topic> FillAsync(ClusterUnderTest cluster)
    {
        ClusterMember any = cluster.Members.First().Member;
        Topic topic = await any.Admin.CreateTopicAsync("orders", 1, any.Image.Brokers.Count, LogConfig.Default);
        MemberUnderTest? leader = null;
        await Poll.UntilAsync(
            "somebody leads",
            () => (leader = cluster.Members.FirstOrDefault(
                member => member.FindReplica("orders") is { IsLeader: true })) is not null);
        await AppendAsync(leader!, "orders");
        return topic;
    }

    private static async Task AppendAsync(MemberUnderTest leader, string topic)
    {
        await Poll.UntilAsync("it leads", () => leader.FindReplica(topic) is { IsLeader: true });
        RecordBatchBuilder builder = new(new RecordBatchBuilderOptions());
        builder.TryAppend(0, default, Encoding.UTF8.GetBytes("kept"));
        await leader.Replica(topic).AppendAsync(builder.Build(), ReplicaAcks.All, Poll.Patience);
    }
}
