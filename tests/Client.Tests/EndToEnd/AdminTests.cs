using LogStore.Client.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Topics;
using Xunit;

namespace LogStore.Client.Tests.EndToEnd;

public sealed class AdminTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task TopicsAreCreatedDescribedGrownAndDeleted()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await using var admin = new AdminClient(broker.Options);
        await admin.CreateTopicAsync(new NewTopic("a", 2, 1)
        {
            Configs = new Dictionary<string, string> { ["retention.ms"] = "1000000" },
        }, Limit);
        BrokerErrorException exists = await Assert.ThrowsAsync<BrokerErrorException>(
            () => admin.CreateTopicAsync(new NewTopic("a", 2, 1), Limit));
        Assert.Equal(ErrorCode.TopicAlreadyExists, exists.ErrorCode);
        Assert.False(exists.IsTransient);

        Assert.Equal(
            new TopicListing("a", 2, false), Assert.Single(await admin.ListTopicsAsync(cancellationToken: Limit)));
        await admin.CreatePartitionsAsync("a", 3, Limit);
        TopicDescription topic = Assert.Single(await admin.DescribeTopicsAsync(["a"], Limit));
        Assert.Equal([0, 1, 2], topic.Partitions.Select(each => each.Partition));
        Assert.All(topic.Partitions, each => Assert.Equal(broker.Server.BrokerId, each.LeaderId));

        await admin.DeleteTopicsAsync(["a"], Limit);
        Assert.Empty(await admin.ListTopicsAsync(cancellationToken: Limit));
        await Assert.ThrowsAsync<UnknownTopicException>(() => admin.DescribeTopicsAsync(["a"], Limit));
        await Assert.ThrowsAsync<UnknownTopicException>(() => admin.DeleteTopicsAsync(["a"], Limit));
    }

    [Fact]
    public async Task SettingsAreReadAndChanged()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await using var admin = new AdminClient(broker.Options);
        await admin.CreateTopicAsync(new NewTopic("a", 1, 1), Limit);
        var resource = ConfigResource.Topic("a");
        Assert.True((await Read()).IsDefault);
        await admin.AlterConfigsAsync(
            resource, [ConfigChange.Set("retention.ms", "12345678")], cancellationToken: Limit);
        Assert.Equal(("12345678", ConfigSource.TopicConfig), ((await Read()).Value, (await Read()).Source));
        await admin.AlterConfigsAsync(resource, [ConfigChange.Delete("retention.ms")], cancellationToken: Limit);
        Assert.NotEqual("12345678", (await Read()).Value);

        async Task<ConfigEntry> Read() =>
            (await admin.DescribeConfigsAsync(resource, Limit)).Single(each => each.Name == "retention.ms");
    }

    [Fact]
    public async Task TheClusterAndItsLogsAreDescribed()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await using var admin = new AdminClient(broker.Options);
        await admin.CreateTopicAsync(new NewTopic("a", 1, 1), Limit);
        ClusterDescription cluster = await admin.DescribeClusterAsync(Limit);
        Assert.Equal(broker.Server.ClusterId, cluster.ClusterId);
        Assert.Equal(broker.Server.BrokerId, Assert.Single(cluster.Brokers).Id);

        await using var producer = new Producer(broker.ProducerOptions);
        for (int i = 0; i < 3; i++) await producer.SendAsync(new ProducerRecord("a", new byte[100]), Limit);
        LogDirDescription dir = Assert.Single(await admin.DescribeLogDirsAsync(cancellationToken: Limit));
        Assert.True(Assert.Single(dir.Replicas).SizeInBytes >= 300);

        var partition = new TopicPartition("a", 0);
        ProducerDescription written = Assert.Single(await admin.DescribeProducersAsync([partition], Limit));
        Assert.Equal(2, written.LastSequence);

        IReadOnlyDictionary<TopicPartition, long> starts = await admin.DeleteRecordsAsync(
            new Dictionary<TopicPartition, long> { [partition] = 2 }, Limit);
        Assert.Equal(2, starts[partition]);
        IReadOnlyDictionary<TopicPartition, OffsetResult> earliest = await admin.ListOffsetsAsync(
            new Dictionary<TopicPartition, OffsetSpec> { [partition] = OffsetSpec.Earliest }, cancellationToken: Limit);
        Assert.Equal(2, earliest[partition].Offset);
        await Assert.ThrowsAsync<UnknownPartitionException>(
            () => admin.DescribeProducersAsync([new TopicPartition("a", 9)], Limit));
    }

    [Fact]
    public async Task GroupsAreListedAndDeletedWithTheirOffsets()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await using var admin = new AdminClient(broker.Options);
        await admin.CreateTopicAsync(new NewTopic("a", 2, 1), Limit);
        TopicPartition[] partitions = [new("a", 0), new("a", 1)];
        await admin.AlterGroupOffsetsAsync(
            "g", partitions.ToDictionary(each => each, each => new CommittedOffset(5, Metadata: "note")), Limit);
        Assert.Equal("g", Assert.Single(await admin.ListGroupsAsync(Limit)).GroupId);
        IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets =
            await admin.ListGroupOffsetsAsync("g", null, Limit);
        Assert.Equal(5, offsets[partitions[1]].Offset);
        await admin.DeleteGroupOffsetsAsync("g", [partitions[1]], Limit);
        Assert.Equal([partitions[0]], (await admin.ListGroupOffsetsAsync("g", null, Limit)).Keys);
        await admin.DeleteGroupsAsync(["g"], Limit);
        Assert.Empty(await admin.ListGroupsAsync(Limit));
    }

    [Fact]
    public async Task ABrokerThatIsNotThereIsNamed()
    {
        await using var admin = new AdminClient(new ClientOptions
        {
            BootstrapServers = "127.0.0.1:1",
            ApiTimeout = TimeSpan.FromMilliseconds(50),
        });
        BrokerUnreachableException error =
            await Assert.ThrowsAsync<BrokerUnreachableException>(() => admin.ListTopicsAsync(cancellationToken: Limit));
        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }
}
