using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Groups.Storage;
using LogStore.Broker.Partitions;
using LogStore.Broker.Tests.Cluster.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Coordination;

/// <summary>Groups go where their partition's leader is, with all that they have committed.</summary>
public sealed class FailoverTests : IAsyncLifetime
{
    private ClusterBroker _broker = null!;

    private ProtocolClient Client => _broker.Client;

    private TestPartition Partition => (TestPartition)_broker.Cluster.Partitions.FindReplica(OffsetsTopic.Name, 0)!;

    public async ValueTask InitializeAsync()
    {
        _broker = await ClusterBroker.StartAsync();
        await _broker.CreateTopicAsync();
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task TheFirstWhoAsksHasTheTopicMadeWithAsManyReplicasAsThereCanBe()
    {
        _broker.Cluster.LiveBrokers = [1, 2];
        FindCoordinatorResponse found = await FindAsync();
        Assert.Equal((ErrorCode.None, 1), (found.ErrorCode, found.NodeId));
        Assert.Equal((OffsetsTopic.Name, 1, 2), (
            _broker.Cluster.LastCreated!.Name, _broker.Cluster.LastCreated.PartitionCount,
            _broker.Cluster.LastCreated.ReplicationFactor));
    }

    [Fact]
    public async Task ClientsAreSentToTheLeaderOfTheGroupsPartition()
    {
        await FindAsync();
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 3);
        FindCoordinatorResponse found = await FindAsync();
        Assert.Equal((ErrorCode.None, 3, 3), (found.ErrorCode, found.NodeId, found.Port));
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: -1);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, (await FindAsync()).ErrorCode);
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 3);
        _broker.Cluster.Reachable = [1, 2];
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, (await FindAsync()).ErrorCode);
    }

    [Fact]
    public async Task WhoLosesTheLeadershipCoordinatesNoMoreAndSaysSoToThoseWhoWait()
    {
        await FindAsync();
        await CommitUntilAsync(7, ErrorCode.None);
        await using ProtocolClient member = await _broker.ConnectAsync();
        JoinGroupResponse joined = await member.SendAsync(Join(), version: 3);
        Assert.Equal(ErrorCode.None, joined.ErrorCode);
        await using ProtocolClient second = await _broker.ConnectAsync();
        int waiting = await second.WriteAsync(Join(), version: 3);
        await Poll.UntilAsync("the second member waits", IsRebalancingAsync);

        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 2);
        Assert.Equal(ErrorCode.NotCoordinator, (await second.ReadAsync<JoinGroupResponse>(3, waiting)).ErrorCode);
        Assert.Equal(ErrorCode.NotCoordinator, await CommitAsync(8));
        Assert.Equal(ErrorCode.NotCoordinator, (await FetchAsync()).Error);
    }

    [Fact]
    public async Task WhoBecomesTheLeaderHasWhatTheLastOneCommitted()
    {
        await FindAsync();
        await CommitUntilAsync(7, ErrorCode.None);
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 2);
        await CommitUntilAsync(8, ErrorCode.NotCoordinator);
        await WriteAsOtherAsync(42);
        Partition.Commit();
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 1);
        Assert.Equal(42, await FetchUntilAsync(ErrorCode.None));
        Assert.Equal(ErrorCode.None, await CommitAsync(43));
        Assert.Equal((ErrorCode.None, 43), await FetchAsync());
    }

    [Fact]
    public async Task GroupsAreNotServedBeforeAllThatTheLogHeldIsCommitted()
    {
        await FindAsync();
        await CommitUntilAsync(7, ErrorCode.None);
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 2);
        await WriteAsOtherAsync(42);
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 1);
        Assert.Equal(-1, await FetchUntilAsync(ErrorCode.CoordinatorLoadInProgress));
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, await CommitAsync(8));
        Partition.Commit();
        Assert.Equal(42, await FetchUntilAsync(ErrorCode.None));
    }

    [Fact]
    public async Task ALeadershipThatEndsWhileGroupsAreLoadedLeavesNothingBehind()
    {
        await FindAsync();
        await CommitUntilAsync(7, ErrorCode.None);
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 2);
        await WriteAsOtherAsync(42);
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 1);
        await FetchUntilAsync(ErrorCode.CoordinatorLoadInProgress);
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 2);
        await FetchUntilAsync(ErrorCode.NotCoordinator);
        Partition.Commit();
        Assert.Equal((ErrorCode.NotCoordinator, -1), await FetchAsync());
    }

    [Fact]
    public async Task ANewEpochOfTheSameLeaderReadsTheLogAgain()
    {
        await FindAsync();
        await CommitUntilAsync(7, ErrorCode.None);
        // Lost and led again before anyone here has looked: what another wrote between is there all the same.
        await WriteAsOtherAsync(42);
        Partition.Commit();
        TestPartition partition = Partition;
        _broker.Cluster.Place(OffsetsTopic.Name, 0, placement => placement with { LeaderEpoch = placement.LeaderEpoch + 2 });
        Assert.Same(partition, Partition);
        await Poll.UntilAsync(
            "the log is read again",
            async () => await FetchAsync() == (ErrorCode.None, 42));
    }

    [Fact]
    public async Task WhateverTheOrderOfChangesTheLastOneCounts()
    {
        await FindAsync();
        await CommitUntilAsync(0, ErrorCode.None);
        for (int turn = 1; turn <= 50; turn++)
        {
            _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 2);
            await WriteAsOtherAsync(turn);
            Partition.Commit();
            _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 1);
            if (turn % 3 == 0) _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 3);
            if (turn % 3 == 0) _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 1);
            if (turn % 5 == 0) Assert.Equal(turn, await FetchUntilAsync(ErrorCode.None, turn));
        }

        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 2);
        await FetchUntilAsync(ErrorCode.NotCoordinator);
    }

    [Fact]
    public async Task ACommitThatIsNotCommittedWhenTheLeadershipEndsIsNotAcknowledged()
    {
        await FindAsync();
        await CommitUntilAsync(7, ErrorCode.None);
        Partition.Commits = false;
        long end = Partition.LogEndOffset;
        Task<ErrorCode> commit = CommitAsync(8);
        await Poll.UntilAsync("the commit is in the log", () => Partition.LogEndOffset > end);
        Assert.False(commit.IsCompleted);
        Assert.Equal(-1, Partition.LastAppend.Acks);
        _broker.Cluster.SetLeader(OffsetsTopic.Name, 0, leader: 2);
        Assert.Equal(ErrorCode.NotCoordinator, await commit);
    }

    private static JoinGroupRequest Join() => new()
    {
        GroupId = "g",
        SessionTimeoutMs = 30_000,
        RebalanceTimeoutMs = 30_000,
        ProtocolType = "consumer",
        Protocols = [new() { Name = "range", Metadata = new byte[] { 1 } }],
    };

    private Task<FindCoordinatorResponse> FindAsync() =>
        Client.SendAsync(new FindCoordinatorRequest { Key = "g" }, version: 2);

    private async Task<bool> IsRebalancingAsync()
    {
        DescribeGroupsResponse groups = await Client.SendAsync(new DescribeGroupsRequest { GroupIds = ["g"] }, version: 3);
        return groups.Groups[0].State == "PreparingRebalance";
    }

    private async Task<ErrorCode> CommitAsync(long offset)
    {
        OffsetCommitResponse response = await Client.SendAsync(
            new OffsetCommitRequest
            {
                GroupId = "g",
                GenerationId = -1,
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, CommittedOffset = offset }] }],
            },
            version: 6);
        return response.Topics[0].Partitions[0].ErrorCode;
    }

    private async Task<(ErrorCode Error, long Offset)> FetchAsync()
    {
        OffsetFetchResponse response = await Client.SendAsync(
            new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [0] }] }, version: 5);
        return (response.ErrorCode, response.ErrorCode == ErrorCode.None ? response.Topics[0].Partitions[0].CommittedOffset : -1);
    }

    private Task CommitUntilAsync(long offset, ErrorCode expected) => Poll.UntilAsync(
            $"commits are answered {expected}",
            async () => await CommitAsync(offset) == expected);

    /// <summary>Asks until the answer is this one; the leadership is noticed a moment after it has changed.</summary>
    private async Task<long> FetchUntilAsync(ErrorCode expected, long? offset = null)
    {
        long found = -1;
        await Poll.UntilAsync(
            $"offsets are answered {expected}",
            async () =>
            {
                (ErrorCode error, found) = await FetchAsync();
                return error == expected && (offset is null || found == offset);
            });
        return found;
    }

    /// <summary>Puts a commit into the log as the leader of the time does, which replicates it to here.</summary>
    private async Task WriteAsOtherAsync(long offset)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        GroupRecord record = GroupRecords.OfOffset(
            "g", new TopicPartition("t", 0), new CommittedOffset(offset, -1, "", now, -1));
        using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions());
        Assert.True(builder.TryAppend(0, record.Key, record.Value));
        await Partition.Log.AppendAsync(builder.Build());
    }
}
