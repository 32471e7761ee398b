using LogStore.Broker.Tests.Cluster.Support;
using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Topics;
using LogStore.Topics;
using Xunit;

namespace LogStore.Broker.Tests.Cluster;

/// <summary>Topics with replicas on several brokers: how they are made, and what clients are told of them.</summary>
public sealed class ClusterTopicTests : IAsyncLifetime
{
    private ClusterBroker _broker = null!;

    private ProtocolClient Client => _broker.Client;

    public async ValueTask InitializeAsync() =>
        _broker = await ClusterBroker.StartAsync(options => options with { DefaultReplicationFactor = 2 });

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task ClientsAreToldOfAllBrokersAndOfWhereEachPartitionIs()
    {
        await _broker.CreateTopicAsync("t", partitions: 3, replicationFactor: 2);
        _broker.Cluster.Place(
            "t", 1, placement => placement with { LeaderEpoch = 5, InSyncReplicas = [2], OfflineReplicas = [3] });
        MetadataResponse response = await Client.SendAsync(new MetadataRequest { Topics = null }, version: 8);
        Assert.Equal(("test", 2), (response.ClusterId, response.ControllerId));
        Assert.Equal(
            [(1, "rack1"), (2, "rack2"), (3, "rack3")], response.Brokers.Select(broker => (broker.NodeId, broker.Rack)));
        MetadataResponse.Partition[] partitions = Assert.Single(response.Topics).Partitions;
        Assert.Equal([(1, 0), (2, 5), (3, 0)], partitions.Select(each => (each.LeaderId, each.LeaderEpoch)));
        Assert.Equal([2, 3], partitions[1].ReplicaNodes.ToList());
        Assert.Equal([2], partitions[1].IsrNodes.ToList());
        Assert.Equal([3], partitions[1].OfflineReplicas.ToList());
        DescribeClusterResponse cluster = await Client.SendAsync(new DescribeClusterRequest(), version: 0);
        Assert.Equal(("test", 2), (cluster.ClusterId, cluster.ControllerId));
        Assert.Equal([1, 2, 3], cluster.Brokers.Select(broker => broker.NodeId));
    }

    [Fact]
    public async Task APartitionThatNobodyLeadsOrWhoseLeaderCannotBeReachedIsNotAvailable()
    {
        await _broker.CreateTopicAsync("t", partitions: 3);
        _broker.Cluster.SetLeader("t", 0, leader: -1);
        _broker.Cluster.Reachable = [1, 3];
        MetadataResponse response = await Client.SendAsync(new MetadataRequest { Topics = null }, version: 8);
        Assert.Equal(
            [(ErrorCode.LeaderNotAvailable, -1), (ErrorCode.LeaderNotAvailable, -1), (ErrorCode.None, 3)],
            response.Topics[0].Partitions.Select(each => (each.ErrorCode, each.LeaderId)));
        Assert.Equal([1, 3], response.Brokers.Select(broker => broker.NodeId));
    }

    [Fact]
    public async Task ATopicHasTheDefaultNumberOfReplicasUnlessItsCreatorSays()
    {
        Assert.Equal(ErrorCode.None, await CreateAsync("default", factor: -1));
        Assert.Equal(2, _broker.Cluster.LastCreated!.ReplicationFactor);
        Assert.Equal(ErrorCode.None, await CreateAsync("three", factor: 3));
        Assert.Equal(3, _broker.Cluster.LastCreated.ReplicationFactor);
        await Client.SendAsync(new MetadataRequest { Topics = [new() { Name = "asked" }] }, version: 8);
        Assert.Equal(("asked", 2), (_broker.Cluster.LastCreated.Name, _broker.Cluster.LastCreated.ReplicationFactor));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    [InlineData(-2)]
    public async Task ThereAreNoMoreReplicasThanBrokersAndAtLeastOne(short factor)
    {
        Assert.Equal(ErrorCode.InvalidReplicationFactor, await CreateAsync("t", factor));
        Assert.Null(_broker.Cluster.FindTopic("t"));
    }

    [Fact]
    public async Task ATopicThatIsMadeByAskingForItNeedsItsReplicasToo()
    {
        _broker.Cluster.LiveBrokers = [1];
        MetadataResponse response = await Client.SendAsync(
            new MetadataRequest { Topics = [new() { Name = "asked" }] }, version: 8);
        Assert.Equal(ErrorCode.InvalidReplicationFactor, Assert.Single(response.Topics).ErrorCode);
    }

    [Fact]
    public async Task ACreatorMaySayWhereTheReplicasAre()
    {
        Assert.Equal(ErrorCode.None, await CreateAssignedAsync("t", (1, [3, 1]), (0, [2, 3])));
        Assert.Equal((2, 2), (_broker.Cluster.LastCreated!.PartitionCount, _broker.Cluster.LastCreated.ReplicationFactor));
        Topic topic = _broker.Cluster.FindTopic("t")!;
        Assert.Equal([2, 3], _broker.Cluster.PlacementOf(topic, 0).Replicas);
        Assert.Equal([3, 1], _broker.Cluster.PlacementOf(topic, 1).Replicas);
    }

    [Fact]
    public async Task ReplicasStandOnDifferentBrokersThatAreThere()
    {
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await CreateAssignedAsync("t", (0, [1, 1])));
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await CreateAssignedAsync("t", (0, [1, 9])));
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await CreateAssignedAsync("t", (0, [])));
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await CreateAssignedAsync("t", (0, [1, 2]), (1, [1])));
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await CreateAssignedAsync("t", (0, [1]), (2, [1])));
        Assert.Null(_broker.Cluster.FindTopic("t"));
    }

    [Fact]
    public async Task NewPartitionsHaveAsManyReplicasAsTheOthers()
    {
        await _broker.CreateTopicAsync("t", partitions: 1, replicationFactor: 2);
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await ExtendAsync(count: 2, [3]));
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await ExtendAsync(count: 3, [3, 1]));
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await ExtendAsync(count: 2, [3, 9]));
        Assert.Null(_broker.Cluster.LastAdded);
        Assert.Equal(ErrorCode.None, await ExtendAsync(count: 2, [3, 1]));
        Assert.Equal([3, 1], Assert.Single(_broker.Cluster.LastAdded!));
    }

    [Fact]
    public async Task SettingsOfABrokerAreAskedOfThatBroker()
    {
        DescribeConfigsResponse response = await Client.SendAsync(
            new DescribeConfigsRequest
            {
                Resources =
                [
                    new() { ResourceType = ConfigResourceType.Broker, ResourceName = "1" },
                    new() { ResourceType = ConfigResourceType.Broker, ResourceName = "2" },
                ],
            },
            version: 2);
        Assert.Equal([ErrorCode.None, ErrorCode.InvalidRequest], response.Resources.Select(resource => resource.ErrorCode));
        Assert.Contains(
            response.Resources[0].Configs, config => config is { Name: "default.replication.factor", Value: "2" });
    }

    [Theory]
    [InlineData(true, "reachable")]
    [InlineData(false, "away")]
    [InlineData(null, null)]
    public async Task ABrokersSettingsTellWhetherItsMetadataStoreAnswers(bool? isReachable, string? told)
    {
        _broker.Cluster.IsStoreReachable = isReachable;
        DescribeConfigsResponse response = await Client.SendAsync(
            new DescribeConfigsRequest
            {
                Resources =
                [
                    new() { ResourceType = ConfigResourceType.Broker, ResourceName = "1", ConfigNames = ["metadata.store.state"] },
                ],
            },
            version: 2);
        Assert.Equal(told, response.Resources[0].Configs.Select(config => config.Value).SingleOrDefault());
    }

    private Task<ErrorCode> CreateAsync(string name, short factor)
    {
        CreateTopicsRequest.Topic topic = Talk.NewTopic(name);
        topic.ReplicationFactor = factor;
        return Client.TryCreateTopicAsync(topic);
    }

    private Task<ErrorCode> CreateAssignedAsync(string name, params (int Partition, int[] Brokers)[] assignments)
    {
        CreateTopicsRequest.Topic topic = Talk.NewTopic(name);
        topic.NumPartitions = -1;
        topic.ReplicationFactor = -1;
        topic.Assignments =
        [
            .. assignments.Select(each => new CreateTopicsRequest.Assignment
            {
                PartitionIndex = each.Partition,
                BrokerIds = each.Brokers,
            }),
        ];
        return Client.TryCreateTopicAsync(topic);
    }

    private async Task<ErrorCode> ExtendAsync(int count, params int[][] assignments)
    {
        CreatePartitionsResponse response = await Client.SendAsync(
            new CreatePartitionsRequest
            {
                Topics =
                [
                    new()
                    {
                        Name = "t",
                        Count = count,
                        Assignments =
                            Array.ConvertAll(assignments, brokers => new CreatePartitionsRequest.Assignment { BrokerIds = brokers }),
                    },
                ],
            },
            version: 1);
        return response.Topics[0].ErrorCode;
    }
}
