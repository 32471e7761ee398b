using LogStore.Broker.Cluster;
using LogStore.Broker.Tests.Cluster.Support;
using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using Xunit;

namespace LogStore.Broker.Tests.Cluster;

/// <summary>Elections that someone asks for, and partitions that are moved to other brokers.</summary>
public sealed class ReplicaMoveTests
{
    [Fact]
    public async Task ThePreferredReplicaLeadsWhenItIsAskedFor()
    {
        await using ClusterBroker broker = await ClusterBroker.StartAsync();
        await broker.CreateTopicAsync("t", partitions: 2);
        broker.Cluster.SetLeader("t", 0, leader: 2);
        ElectLeadersResponse response = await ElectAsync(broker.Client, ("t", [0, 1, 7, 0]), ("nowhere", [0]));
        Assert.Equal(ErrorCode.None, response.ErrorCode);
        Assert.Equal(
            [
                ("t", 0, ErrorCode.None), ("t", 1, ErrorCode.ElectionNotNeeded),
                ("t", 7, ErrorCode.UnknownTopicOrPartition), ("nowhere", 0, ErrorCode.UnknownTopicOrPartition),
            ],
            Outcomes(response));
        Assert.Equal(1, broker.Cluster.PlacementOf(broker.Cluster.FindTopic("t")!, 0).LeaderId);
    }

    [Fact]
    public async Task WhoAsksForAllElectionsIsToldOfThoseThatWereNeeded()
    {
        await using ClusterBroker broker = await ClusterBroker.StartAsync();
        await broker.CreateTopicAsync("t", partitions: 3);
        broker.Cluster.SetLeader("t", 1, leader: 1);
        ElectLeadersResponse response = await broker.Client.SendAsync(new ElectLeadersRequest { Topics = null }, version: 1);
        Assert.Equal([("t", 1, ErrorCode.None)], Outcomes(response));
        Assert.Equal(2, broker.Cluster.PlacementOf(broker.Cluster.FindTopic("t")!, 1).LeaderId);
    }

    [Fact]
    public async Task AnElectionThatThereIsNotIsRefused()
    {
        await using ClusterBroker broker = await ClusterBroker.StartAsync();
        await broker.CreateTopicAsync();
        ElectLeadersResponse response = await broker.Client.SendAsync(
            new ElectLeadersRequest { ElectionType = (ElectionType)9, Topics = null }, version: 1);
        Assert.Equal(ErrorCode.InvalidRequest, response.ErrorCode);
    }

    [Fact]
    public async Task AMoveIsBegunOrCalledOff()
    {
        await using ClusterBroker broker = await ClusterBroker.StartAsync();
        await broker.CreateTopicAsync("t", partitions: 2);
        Assert.Equal(
            [ErrorCode.None, ErrorCode.None],
            await MoveAsync(broker.Client, "t", (0, [3, 2]), (1, null)));
        Assert.Equal([(0, "3,2"), (1, "")], broker.Cluster.Reassigned.Select(
            each => (each.Index, string.Join(',', each.Replicas ?? []))));
        broker.Cluster.Outcome = new PartitionOutcome(ErrorCode.NoReassignmentInProgress);
        Assert.Equal([ErrorCode.NoReassignmentInProgress], await MoveAsync(broker.Client, "t", (1, null)));
    }

    [Fact]
    public async Task AMoveToNowhereIsRefused()
    {
        await using ClusterBroker broker = await ClusterBroker.StartAsync();
        await broker.CreateTopicAsync();
        Assert.Equal(
            [
                ErrorCode.InvalidReplicaAssignment, ErrorCode.InvalidReplicaAssignment, ErrorCode.InvalidReplicaAssignment,
                ErrorCode.UnknownTopicOrPartition,
            ],
            await MoveAsync(broker.Client, "t", (0, []), (0, [2, 2]), (0, [9]), (1, [2])));
        Assert.Equal([ErrorCode.UnknownTopicOrPartition], await MoveAsync(broker.Client, "nowhere", (0, [1])));
        Assert.Empty(broker.Cluster.Reassigned);
    }

    [Fact]
    public async Task WhatIsOnTheMoveIsTold()
    {
        await using ClusterBroker broker = await ClusterBroker.StartAsync();
        await broker.CreateTopicAsync("t", partitions: 3, replicationFactor: 2);
        await broker.CreateTopicAsync("still");
        broker.Cluster.Place("t", 1, placement => placement with
        {
            Replicas = [2, 3, 1],
            AddingReplicas = [1],
            RemovingReplicas = [3],
        });
        foreach (ListPartitionReassignmentsRequest request in (ListPartitionReassignmentsRequest[])
            [
                new() { Topics = null },
                new()
                {
                    Topics =
                    [
                        new() { Name = "t", PartitionIndexes = [1, 1, 2, 9] },
                        new() { Name = "nowhere", PartitionIndexes = [0] },
                    ],
                },
            ])
        {
            ListPartitionReassignmentsResponse response = await broker.Client.SendAsync(request, version: 0);
            Assert.Equal("t", Assert.Single(response.Topics).Name);
            ListPartitionReassignmentsResponse.Partition moving = Assert.Single(response.Topics[0].Partitions);
            Assert.Equal(1, moving.PartitionIndex);
            Assert.Equal([2, 3, 1], moving.Replicas.ToList());
            Assert.Equal([1], moving.AddingReplicas.ToList());
            Assert.Equal([3], moving.RemovingReplicas.ToList());
        }
    }

    [Fact]
    public async Task ABrokerThatIsAloneNeedsNeitherElectionsNorMoves()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { BrokerId = 7 });
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        Assert.Equal([("t", 0, ErrorCode.ElectionNotNeeded)], Outcomes(await ElectAsync(client, ("t", [0]))));
        Assert.Empty((await client.SendAsync(new ElectLeadersRequest { Topics = null }, version: 0)).Topics);
        Assert.Equal(
            [ErrorCode.None, ErrorCode.InvalidReplicaAssignment, ErrorCode.NoReassignmentInProgress],
            await MoveAsync(client, "t", (0, [7]), (0, [7, 8]), (0, null)));
        Assert.Empty((await client.SendAsync(new ListPartitionReassignmentsRequest { Topics = null }, version: 0)).Topics);
    }

    private static Task<ElectLeadersResponse> ElectAsync(
        ProtocolClient client, params (string Topic, int[] Partitions)[] topics) => client.SendAsync(
        new ElectLeadersRequest
        {
            Topics =
            [
                .. topics.Select(topic => new ElectLeadersRequest.Topic { Name = topic.Topic, PartitionIndexes = topic.Partitions }),
            ],
        },
        version: 1);

    private static IEnumerable<(string Topic, int Index, ErrorCode Error)> Outcomes(ElectLeadersResponse response) =>
        response.Topics.SelectMany(topic => topic.Partitions.Select(each => (topic.Name, each.PartitionIndex, each.ErrorCode)));

    private static async Task<ErrorCode[]> MoveAsync(
        ProtocolClient client, string topic, params (int Partition, int[]? Replicas)[] moves)
    {
        AlterPartitionReassignmentsResponse response = await client.SendAsync(
            new AlterPartitionReassignmentsRequest
            {
                Topics =
                [
                    new()
                    {
                        Name = topic,
                        Partitions =
                        [
                            .. moves.Select(move => new AlterPartitionReassignmentsRequest.Partition
                            {
                                PartitionIndex = move.Partition,
                                Replicas = move.Replicas,
                            }),
                        ],
                    },
                ],
            },
            version: 0);
        Assert.Equal(ErrorCode.None, response.ErrorCode);
        return [.. Assert.Single(response.Topics).Partitions.Select(each => each.ErrorCode)];
    }
}
