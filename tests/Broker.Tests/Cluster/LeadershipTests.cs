using LogStore.Broker.Tests.Cluster.Support;
using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Topics;
using LogStore.KafkaProtocol.Transactions;
using LogStore.Replicator;
using Xunit;

namespace LogStore.Broker.Tests.Cluster;

/// <summary>What clients are told by a broker that leads a partition, has ceased to, or has only just begun.</summary>
public sealed class LeadershipTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private ClusterBroker _broker = null!;
    private TestPartition _partition = null!;

    private ProtocolClient Client => _broker.Client;

    public async ValueTask InitializeAsync()
    {
        _broker = await ClusterBroker.StartAsync(options => options with { TimeProvider = _clock });
        _partition = await _broker.CreateTopicAsync("t", partitions: 2);
        await Client.ProduceAsync("t", 0, Batches.Of("a", "b"));
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task ABrokerThatCanBeNoneOfItsClusterAnyLongerStopsAndSaysWhy()
    {
        InvalidConfigException cause = new("broker.id", "it is another's");
        _broker.Cluster.Failed.SetException(cause);
        Assert.Same(cause, await Assert.ThrowsAsync<InvalidConfigException>(() => _broker.Server.Failure.WaitAsync(Poll.Patience)));
        Assert.Equal(BrokerState.Stopped, _broker.Server.State);
    }

    [Fact]
    public async Task AFollowerSendsClientsToTheLeader()
    {
        _broker.Cluster.SetLeader("t", 0, leader: 2);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await Client.ProduceAsync("t", 0, Batches.Of("x").Bytes)).ErrorCode);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await FetchAsync()).ErrorCode);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await ListAsync(timestamp: -1)).ErrorCode);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await ListAsync(timestamp: -2)).ErrorCode);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await EpochEndAsync(0)).ErrorCode);
        DeleteRecordsResponse deleted = await Client.SendAsync(
            new DeleteRecordsRequest { Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Offset = 1 }] }] },
            version: 1);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, deleted.Topics[0].Partitions[0].ErrorCode);
        DescribeProducersResponse producers = await Client.SendAsync(
            new DescribeProducersRequest { Topics = [new() { Name = "t", PartitionIndexes = [0] }] }, version: 0);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, producers.Topics[0].Partitions[0].ErrorCode);

        _broker.Cluster.SetLeader("t", 0, leader: 1);
        Assert.Equal(["a", "b"], (await FetchAsync()).Values());
    }

    [Fact]
    public async Task ABrokerWithoutAReplicaSendsClientsElsewhereToo()
    {
        await _broker.CreateTopicAsync("other", partitions: 3, replicationFactor: 1);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await Client.ProduceAsync("other", 1, Batches.Of("x").Bytes)).ErrorCode);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, (await Client.ProduceAsync("other", 3, Batches.Of("x").Bytes)).ErrorCode);
    }

    [Fact]
    public async Task AWaitingFetchIsAnsweredWhenTheLeadershipGoesAway()
    {
        int number = await BeginFetchAsync();
        _broker.Cluster.SetLeader("t", 0, leader: 3);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await EndFetchAsync(number)).Only().ErrorCode);
    }

    [Fact]
    public async Task AWaitingFetchIsAnsweredWhenTheReplicaGoesAway()
    {
        int number = await BeginFetchAsync();
        _broker.Cluster.Partitions.Remove(_partition);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await EndFetchAsync(number)).Only().ErrorCode);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, _partition.CheckLeader());
    }

    [Fact]
    public async Task AWaitingFetchSeesRecordsWhenTheyAreCommittedAndNotBefore()
    {
        _partition.Commits = false;
        int number = await BeginFetchAsync();
        ProduceResponse.Partition produced = await Produce1Async(Batches.Of("c").Bytes);
        Assert.Equal((ErrorCode.None, 2), (produced.ErrorCode, produced.BaseOffset));
        await using (ProtocolClient other = await _broker.ConnectAsync())
            Assert.Equal(0, (await other.SendAsync(Talk.Fetch("t", (0, 2)), Talk.FetchVersion)).Only().Records.Length);
        _partition.Commit();
        Assert.Equal(["c"], (await EndFetchAsync(number)).Only().Values());
    }

    [Fact]
    public async Task AProducerThatWantsAllReplicasIsAnsweredWhenItsBatchIsCommitted()
    {
        _partition.Commits = false;
        int number = await Client.WriteAsync(
            Batches.Produce("t", 0, Batches.Of("c").Bytes, acks: -1), Talk.ProduceVersion);
        await Poll.UntilAsync("the batch is in the log", () => _partition.LogEndOffset == 3);
        // Requests of one connection overlap: the second is in the log while the first waits.
        int second = await Client.WriteAsync(
            Batches.Produce("t", 0, Batches.Of("d").Bytes, acks: -1), Talk.ProduceVersion);
        await Poll.UntilAsync("the second batch is in the log", () => _partition.LogEndOffset == 4);
        _partition.Commit();
        foreach ((int each, long offset) in ((int, long)[])[(number, 2), (second, 3)])
        {
            ProduceResponse response = await Client.ReadAsync<ProduceResponse>(Talk.ProduceVersion, each);
            ProduceResponse.Partition result = response.Topics[0].Partitions[0];
            Assert.Equal((ErrorCode.None, offset), (result.ErrorCode, result.BaseOffset));
        }

        Assert.Equal(((short)-1, TimeSpan.FromSeconds(30)), _partition.LastAppend);
    }

    [Fact]
    public async Task AProducerIsToldWhenTheLeadershipGoesAwayBeforeItsBatchIsCommitted()
    {
        _partition.Commits = false;
        int number = await Client.WriteAsync(
            Batches.Produce("t", 0, Batches.Of("c").Bytes, acks: -1), Talk.ProduceVersion);
        await Poll.UntilAsync("the batch is in the log", () => _partition.LogEndOffset == 3);
        _broker.Cluster.SetLeader("t", 0, leader: 2);
        ProduceResponse response = await Client.ReadAsync<ProduceResponse>(Talk.ProduceVersion, number);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, response.Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public async Task WhatKeepsABatchFromBeingCommittedIsTold()
    {
        foreach ((LogStoreException refusal, ErrorCode expected) in ((LogStoreException, ErrorCode)[])
            [
                (new NotEnoughReplicasException("t", 0, 1, 2), ErrorCode.NotEnoughReplicas),
                (new NotEnoughReplicasAfterAppendException("t", 0, 1, 2), ErrorCode.NotEnoughReplicasAfterAppend),
                (new ReplicationTimeoutException("t", 0, TimeSpan.FromSeconds(1)), ErrorCode.RequestTimedOut),
                (new NotLeaderException("t", 0), ErrorCode.NotLeaderOrFollower),
            ])
        {
            _partition.Refusal = refusal;
            ProduceResponse.Partition result = await Client.ProduceAsync("t", 0, Batches.Of("x").Bytes);
            Assert.Equal((expected, refusal.Message), (result.ErrorCode, result.ErrorMessage));
            Assert.True(refusal.IsTransient);
        }
    }

    [Fact]
    public async Task ANewLeaderTellsNoOffsetsUntilItKnowsThatTheyWillNotGoBack()
    {
        _broker.Cluster.SetLeader("t", 0, leader: 2);
        _partition.ForgetWatermark(1);
        _broker.Cluster.SetLeader("t", 0, leader: 1);
        Assert.Equal(ErrorCode.OffsetNotAvailable, (await ListAsync(timestamp: -1)).ErrorCode);
        Assert.Equal(ErrorCode.OffsetNotAvailable, (await FetchAsync()).ErrorCode);
        Assert.Equal((ErrorCode.None, 0), ((await ListAsync(timestamp: -2)).ErrorCode, (await ListAsync(timestamp: -2)).Offset));
        _partition.Commit();
        Assert.Equal((ErrorCode.None, 2), ((await ListAsync(timestamp: -1)).ErrorCode, (await ListAsync(timestamp: -1)).Offset));
        Assert.Equal(["a", "b"], (await FetchAsync()).Values());
    }

    [Fact]
    public async Task AClientWithAnotherEpochIsToldWhoIsBehind()
    {
        _broker.Cluster.SetLeader("t", 0, leader: 2);
        _broker.Cluster.SetLeader("t", 0, leader: 1);
        Assert.Equal(ErrorCode.FencedLeaderEpoch, (await FetchAsync(epoch: 1)).ErrorCode);
        Assert.Equal(ErrorCode.UnknownLeaderEpoch, (await FetchAsync(epoch: 3)).ErrorCode);
        Assert.Equal(ErrorCode.None, (await FetchAsync(epoch: 2)).ErrorCode);
        Assert.Equal(ErrorCode.FencedLeaderEpoch, (await ListAsync(timestamp: -1, epoch: 1)).ErrorCode);
        _broker.Cluster.SetLeader("t", 0, leader: 2);
        Assert.Equal(ErrorCode.FencedLeaderEpoch, (await FetchAsync(epoch: 2)).ErrorCode);
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await FetchAsync(epoch: 3)).ErrorCode);
        Assert.Equal(ErrorCode.UnknownLeaderEpoch, (await FetchAsync(epoch: 4)).ErrorCode);
    }

    [Fact]
    public async Task WhereAnEpochEndedIsToldFromTheLog()
    {
        _broker.Cluster.SetLeader("t", 0, leader: 2);
        _broker.Cluster.SetLeader("t", 0, leader: 1);
        await Client.ProduceAsync("t", 0, Batches.Of("c"));
        OffsetForLeaderEpochResponse.Partition first = await EpochEndAsync(0);
        Assert.Equal((ErrorCode.None, 0, 2), (first.ErrorCode, first.LeaderEpoch, first.EndOffset));
        OffsetForLeaderEpochResponse.Partition between = await EpochEndAsync(1);
        Assert.Equal((0, 2), (between.LeaderEpoch, between.EndOffset));
        OffsetForLeaderEpochResponse.Partition last = await EpochEndAsync(2);
        Assert.Equal((2, 3), (last.LeaderEpoch, last.EndOffset));
    }

    [Fact]
    public void APartitionIsFoundWhileItIsInTheTableAndTellsOfItsComingAndGoing()
    {
        List<bool> told = [];
        _broker.Cluster.Partitions.AddLeadershipListener(partition => told.Add(partition.CheckLeader() == ErrorCode.None));
        Assert.Throws<InvalidOperationException>(() => _broker.Cluster.Partitions.Add(_partition));
        _broker.Cluster.SetLeader("t", 0, leader: 2);
        _broker.Cluster.SetLeader("t", 0, leader: 1);
        _broker.Cluster.Partitions.Remove(_partition);
        _broker.Cluster.Partitions.Remove(_partition);
        Assert.Null(_broker.Cluster.Partitions.FindReplica("t", 0));
        TestPartition again = new("t", _partition.TopicId, 0, _partition.Log);
        _broker.Cluster.Partitions.Add(again);
        _partition.Lead(9); // Nobody listens to the old one any more.
        again.Lead(9);
        Assert.Equal([false, true, false, false, true], told);
    }

    [Fact]
    public async Task ReplicasComeAndGoUnderClientsThatUseThem()
    {
        TestPartition current = _partition;
        using CancellationTokenSource done = new();
        Task<HashSet<ErrorCode>>[] clients =
        [
            .. Enumerable.Range(0, 4).Select(number => Task.Run(async () =>
            {
                HashSet<ErrorCode> answers = [];
                await using ProtocolClient client = await _broker.ConnectAsync();
                while (!done.IsCancellationRequested)
                {
                    answers.Add(number % 2 == 0
                        ? (await client.ProduceAsync("t", 0, Batches.Of("x").Bytes)).ErrorCode
                        : (await client.SendAsync(Talk.Fetch("t", (0, 0)), Talk.FetchVersion)).Only().ErrorCode);
                }

                return answers;
            })),
        ];
        for (int epoch = 1; epoch <= 300; epoch++)
        {
            _broker.Cluster.Partitions.Remove(current);
            await Task.Yield();
            current = new TestPartition("t", current.TopicId, 0, current.Log);
            current.Lead(epoch);
            _broker.Cluster.Partitions.Add(current);
        }

        await done.CancelAsync();
        HashSet<ErrorCode> expected = [ErrorCode.None, ErrorCode.NotLeaderOrFollower, ErrorCode.OffsetNotAvailable];
        foreach (HashSet<ErrorCode> answers in await Task.WhenAll(clients)) Assert.Subset(expected, answers);
        Assert.Equal(ErrorCode.None, (await Client.ProduceAsync("t", 0, Batches.Of("x").Bytes)).ErrorCode);
    }

    private async Task<FetchResponse.Partition> FetchAsync(int epoch = -1)
    {
        FetchRequest request = Talk.Fetch("t", (0, 0));
        request.Topics[0].Partitions[0].CurrentLeaderEpoch = epoch;
        return (await Client.SendAsync(request, Talk.FetchVersion)).Only();
    }

    private async Task<ListOffsetsResponse.Partition> ListAsync(long timestamp, int epoch = -1)
    {
        ListOffsetsResponse response = await Client.SendAsync(
            new ListOffsetsRequest
            {
                Topics =
                [
                    new()
                    {
                        Name = "t",
                        Partitions = [new() { PartitionIndex = 0, Timestamp = timestamp, CurrentLeaderEpoch = epoch }],
                    },
                ],
            },
            version: 5);
        return response.Topics[0].Partitions[0];
    }

    private async Task<OffsetForLeaderEpochResponse.Partition> EpochEndAsync(int epoch)
    {
        OffsetForLeaderEpochResponse response = await Client.SendAsync(
            new OffsetForLeaderEpochRequest
            {
                Topics =
                [
                    new() { Name = "t", Partitions = [new() { PartitionIndex = 0, CurrentLeaderEpoch = -1, LeaderEpoch = epoch }] },
                ],
            },
            version: 3);
        return response.Topics[0].Partitions[0];
    }

    private async Task<ProduceResponse.Partition> Produce1Async(ReadOnlyMemory<byte> batch)
    {
        await using ProtocolClient producer = await _broker.ConnectAsync();
        return await producer.ProduceAsync("t", 0, batch, acks: 1);
    }

    /// <summary>Sends a fetch from the end and returns once the broker waits with it.</summary>
    private async Task<int> BeginFetchAsync()
    {
        TimeSpan patience = TimeSpan.FromMinutes(7);
        FetchRequest request = Talk.Fetch("t", (0, 2));
        request.MaxWaitMs = (int)patience.TotalMilliseconds;
        int number = await Client.WriteAsync(request, Talk.FetchVersion);
        await _clock.WaitForTimerAsync(patience);
        return number;
    }

    private Task<FetchResponse> EndFetchAsync(int number) => Client.ReadAsync<FetchResponse>(Talk.FetchVersion, number);
}
