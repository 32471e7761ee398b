using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using Xunit;

namespace LogStore.Broker.Tests.Topics;

/// <summary>What clients are told of the cluster and its topics.</summary>
public sealed class MetadataTests
{
    private const short Version = 8;

    [Fact]
    public async Task AllTopicsAreToldWithTheirLeaders()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { BrokerId = 7, Rack = "r" });
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("b", partitions: 2);
        await client.CreateTopicAsync("a");
        MetadataResponse response = await client.SendAsync(new MetadataRequest { Topics = null }, Version);
        Assert.Equal((broker.Server.ClusterId, 7), (response.ClusterId, response.ControllerId));
        MetadataResponse.Broker self = Assert.Single(response.Brokers);
        Assert.Equal((7, "127.0.0.1", broker.Port, "r"), (self.NodeId, self.Host, self.Port, self.Rack));
        Assert.Equal([("a", 1), ("b", 2)], response.Topics.Select(topic => (topic.Name, topic.Partitions.Length)));
        foreach (MetadataResponse.Partition partition in response.Topics.SelectMany(topic => topic.Partitions))
        {
            Assert.Equal((ErrorCode.None, 7, 0), (partition.ErrorCode, partition.LeaderId, partition.LeaderEpoch));
            Assert.Equal([7], partition.ReplicaNodes.ToList());
            Assert.Equal([7], partition.IsrNodes.ToList());
            Assert.Empty(partition.OfflineReplicas);
        }
    }

    [Fact]
    public async Task TheEmptyListMeansAllTopicsInTheOldestVersionOnly()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        Assert.Single((await client.SendAsync(new MetadataRequest { Topics = [] }, version: 0)).Topics);
        for (short version = 1; version <= Version; version++)
            Assert.Empty((await client.SendAsync(new MetadataRequest { Topics = [] }, version)).Topics);
    }

    [Fact]
    public async Task ATopicIsMadeWhenItIsFirstAskedFor()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { DefaultPartitions = 3 });
        await using ProtocolClient client = await broker.ConnectAsync();
        MetadataResponse.Topic topic = await AskAsync(client, "t");
        Assert.Equal((ErrorCode.None, 3), (topic.ErrorCode, topic.Partitions.Length));
        Assert.Equal(0, await client.ProduceAsync("t", 2, Batches.Of("x")));
    }

    [Fact]
    public async Task ManyClientsThatAskForATopicAtOnceAllGetIt()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        MetadataResponse.Topic[] topics = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            await using ProtocolClient client = await broker.ConnectAsync();
            MetadataResponse.Topic topic = await AskAsync(client, "t");
            // The topic is there before its log is open: clients ask again.
            while (topic.Partitions is [{ ErrorCode: ErrorCode.LeaderNotAvailable }]) topic = await AskAsync(client, "t");
            return topic;
        }));
        Assert.All(topics, topic => Assert.Equal((ErrorCode.None, 1), (topic.ErrorCode, topic.Partitions.Length)));
    }

    [Fact]
    public async Task NoTopicIsMadeWhereTheSettingsOrTheClientForbidIt()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { AutoCreateTopics = false });
        await using ProtocolClient client = await broker.ConnectAsync();
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, (await AskAsync(client, "t")).ErrorCode);
        await using TestBroker other = await TestBroker.StartAsync();
        await using ProtocolClient careful = await other.ConnectAsync();
        MetadataResponse response = await careful.SendAsync(
            new MetadataRequest { Topics = [new() { Name = "t" }], AllowAutoTopicCreation = false }, Version);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Assert.Single(response.Topics).ErrorCode);
        Assert.Empty((await careful.SendAsync(new MetadataRequest(), Version)).Topics);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a/b", true)]
    [InlineData("..", true)]
    [InlineData("größe", true)]
    [InlineData("😀", true)]
    [InlineData("a/b", false)]
    public async Task ANameThatNoTopicCanHaveIsInvalid(string name, bool autoCreate)
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { AutoCreateTopics = autoCreate });
        await using ProtocolClient client = await broker.ConnectAsync();
        MetadataResponse.Topic topic = await AskAsync(client, name);
        Assert.Equal((ErrorCode.InvalidTopic, name), (topic.ErrorCode, topic.Name));
    }

    [Fact]
    public async Task TheBrokersOwnTopicsAreNotMadeForClients()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, (await AskAsync(client, "__transaction_state")).ErrorCode);
    }

    [Fact]
    public async Task ATopicThatIsNamedOverAndOverIsToldOnce()
    {
        // A name of a few bytes must not be answered with all its partitions each time.
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t", partitions: 10);
        MetadataResponse response = await client.SendAsync(
            new MetadataRequest { Topics = [.. Enumerable.Repeat(new MetadataRequest.Topic { Name = "t" }, 1000)] }, Version);
        Assert.Single(response.Topics);
    }

    [Fact]
    public async Task WhatIsAllowedIsToldOnRequest()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        MetadataRequest request = new()
        {
            Topics = [new() { Name = "t" }],
            IncludeClusterAuthorizedOperations = true,
            IncludeTopicAuthorizedOperations = true,
        };
        MetadataResponse response = await client.SendAsync(request, Version);
        // Bits 4 to 11 of a topic are Write to AlterConfigs; Read is 3.
        Assert.Equal(0b1101_1111_1000, response.Topics[0].TopicAuthorizedOperations);
        Assert.True(response.ClusterAuthorizedOperations > 0);
        request.IncludeClusterAuthorizedOperations = request.IncludeTopicAuthorizedOperations = false;
        response = await client.SendAsync(request, Version);
        Assert.Equal(
            (int.MinValue, int.MinValue),
            (response.Topics[0].TopicAuthorizedOperations, response.ClusterAuthorizedOperations));
    }

    [Fact]
    public async Task ClientsAreToldTheAddressThatTheSettingsGive()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with
        {
            AdvertisedListeners = [new ListenerOptions(SecurityProtocol.Plaintext, "kafka.example", 1234)],
        });
        await using ProtocolClient client = await broker.ConnectAsync();
        MetadataResponse.Broker self = Assert.Single((await client.SendAsync(new MetadataRequest(), Version)).Brokers);
        Assert.Equal(("kafka.example", 1234), (self.Host, self.Port));
    }

    [Fact]
    public async Task TheClusterIsDescribed()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        DescribeClusterResponse response = await client.SendAsync(new DescribeClusterRequest(), version: 0);
        Assert.Equal(
            (ErrorCode.None, broker.Server.ClusterId, 1), (response.ErrorCode, response.ClusterId, response.ControllerId));
        Assert.Equal((1, broker.Port), (Assert.Single(response.Brokers).NodeId, response.Brokers[0].Port));
    }

    [Fact]
    public async Task SizesOfPartitionsAreTold()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("a", partitions: 2);
        await client.CreateTopicAsync("b");
        ReadOnlyMemory<byte> batch = Batches.Of("x").Bytes;
        await client.ProduceAsync("a", 1, batch);
        DescribeLogDirsResponse all = await client.SendAsync(new DescribeLogDirsRequest { Topics = null }, version: 1);
        DescribeLogDirsResponse.LogDir directory = Assert.Single(all.LogDirs);
        Assert.Equal(
            [("a", 0, 0L), ("a", 1, batch.Length), ("b", 0, 0L)],
            directory.Topics.SelectMany(topic => topic.Partitions.Select(
                partition => (topic.Name, partition.PartitionIndex, partition.PartitionSize))).Order());
        DescribeLogDirsResponse some = await client.SendAsync(
            new DescribeLogDirsRequest { Topics = [new() { Name = "a", PartitionIndexes = [1, 5] }] }, version: 1);
        Assert.Equal(1, Assert.Single(Assert.Single(some.LogDirs[0].Topics).Partitions).PartitionIndex);
    }

    [Fact]
    public async Task APartitionIsInTheOneDirectoryAndCannotBeMovedToAnother()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("a");
        string directory = (await client.SendAsync(new DescribeLogDirsRequest(), version: 1)).LogDirs[0].Path;
        AlterReplicaLogDirsRequest.Topic[] topics = [new() { Name = "a", PartitionIndexes = [0, 1] }];
        AlterReplicaLogDirsResponse response = await client.SendAsync(
            new AlterReplicaLogDirsRequest
            {
                Dirs = [new() { Path = directory, Topics = topics }, new() { Path = "/other", Topics = topics }],
            },
            version: 1);
        Assert.All(response.Results, result => Assert.Equal("a", result.TopicName));
        Assert.Equal(
            [
                (0, ErrorCode.None), (1, ErrorCode.ReplicaNotAvailable), (0, ErrorCode.LogDirNotFound),
                (1, ErrorCode.LogDirNotFound),
            ],
            response.Results.SelectMany(result => result.Partitions)
                .Select(partition => (partition.PartitionIndex, partition.ErrorCode)));
    }

    private static async Task<MetadataResponse.Topic> AskAsync(ProtocolClient client, string name) => Assert.Single(
        (await client.SendAsync(new MetadataRequest { Topics = [new() { Name = name }] }, Version)).Topics);
}
