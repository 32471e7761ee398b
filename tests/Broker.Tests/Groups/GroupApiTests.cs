using System.Text;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Transactions;
using Xunit;

namespace LogStore.Broker.Tests.Groups;

/// <summary>Groups as clients see them, request by request.</summary>
public sealed class GroupApiTests
{
    [Fact]
    public async Task TheBrokerCoordinatesGroupsAndNoTransactions()
    {
        await using TestBroker broker = await StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        FindCoordinatorResponse group = await client.SendAsync(new FindCoordinatorRequest { Key = "g" }, version: 2);
        Assert.Equal((ErrorCode.None, broker.Port), (group.ErrorCode, group.Port));
        FindCoordinatorResponse transaction = await client.SendAsync(
            new FindCoordinatorRequest { Key = "x", KeyType = CoordinatorType.Transaction }, version: 2);
        Assert.Equal((ErrorCode.TransactionalIdAuthorizationFailed, -1), (transaction.ErrorCode, transaction.NodeId));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task AMemberJoinsSyncsBeatsAndLeavesInEachVersion(short version)
    {
        await using TestBroker broker = await StartAsync();
        await using ProtocolClient client = await FindAsync(broker);
        JoinGroupRequest join = Join();
        JoinGroupResponse joined = await client.SendAsync(join, version);
        if (version >= 4)
        {
            Assert.Equal(ErrorCode.MemberIdRequired, joined.ErrorCode);
            join.MemberId = joined.MemberId;
            joined = await client.SendAsync(join, version);
        }

        Assert.Equal((ErrorCode.None, 1), (joined.ErrorCode, joined.GenerationId));
        Assert.StartsWith("test-", joined.MemberId, StringComparison.Ordinal);
        Assert.Equal(joined.MemberId, Assert.Single(joined.Members).MemberId);
        short other = Math.Min(version, (short)3);
        SyncGroupResponse synced = await client.SendAsync(Sync(joined), other);
        Assert.Equal("work", Encoding.UTF8.GetString(synced.Assignment.Span));
        HeartbeatResponse beat = await client.SendAsync(
            new HeartbeatRequest { GroupId = "g", GenerationId = 1, MemberId = joined.MemberId }, other);
        Assert.Equal(ErrorCode.None, beat.ErrorCode);
        LeaveGroupResponse left = await client.SendAsync(
            new LeaveGroupRequest
            {
                GroupId = "g",
                MemberId = joined.MemberId,
                Members = [new() { MemberId = joined.MemberId }, new() { MemberId = "nobody" }],
            },
            other);
        Assert.Equal(ErrorCode.None, left.ErrorCode);
        if (other < 3) return;
        Assert.Equal([ErrorCode.None, ErrorCode.UnknownMemberId], left.Members.Select(each => each.ErrorCode));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public async Task OffsetsAreCommittedAndFetchedInEachVersion(short version)
    {
        await using TestBroker broker = await StartAsync();
        await using ProtocolClient client = await FindAsync(broker);
        await MakeTopicAsync(client);
        OffsetCommitResponse committed =
            await client.SendAsync(Commit(("t", 0, 5), ("t", 99, 1), ("none", 0, 1)), version);
        Assert.Equal(
            [ErrorCode.None, ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicOrPartition],
            committed.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.ErrorCode));

        foreach (short fetchVersion in (short[])[0, 1, 2, 5])
        {
            OffsetFetchResponse fetched = await client.SendAsync(
                new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [0, 1] }] },
                fetchVersion);
            Assert.Equal([5, -1], fetched.Topics[0].Partitions.Select(partition => partition.CommittedOffset));
            Assert.Equal(["note", ""], fetched.Topics[0].Partitions.Select(partition => partition.Metadata));
        }

        OffsetFetchResponse all = await client.SendAsync(
            new OffsetFetchRequest { GroupId = "g", Topics = null }, version: 5);
        Assert.Equal(5, Assert.Single(Assert.Single(all.Topics).Partitions).CommittedOffset);
    }

    [Fact]
    public async Task BeforeAnybodyLooksForACoordinatorThereIsNone()
    {
        await using TestBroker broker = await StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        Assert.Equal(ErrorCode.NotCoordinator, (await client.SendAsync(Join(), version: 0)).ErrorCode);
        OffsetFetchRequest fetch = new() { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [0] }] };
        Assert.Equal(
            ErrorCode.NotCoordinator, (await client.SendAsync(fetch, version: 1)).Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(ErrorCode.NotCoordinator, (await client.SendAsync(fetch, version: 2)).ErrorCode);
    }

    [Fact]
    public async Task AGroupIsListedDescribedAndDeleted()
    {
        await using TestBroker broker = await StartAsync();
        await using ProtocolClient client = await FindAsync(broker);
        JoinGroupResponse joined = await client.SendAsync(Join(), version: 3);
        await client.SendAsync(Sync(joined), version: 3);
        ListGroupsResponse list = await client.SendAsync(new ListGroupsRequest(), version: 2);
        Assert.Equal(("g", "consumer"), (Assert.Single(list.Groups).GroupId, list.Groups[0].ProtocolType));
        foreach ((string state, string type, int count) in ((string, string, int)[])
            [("stable", "Classic", 1), ("Empty", "classic", 0), ("Stable", "consumer", 0)])
        {
            list = await client.SendAsync(new ListGroupsRequest { StatesFilter = [state], TypesFilter = [type] }, version: 5);
            Assert.Equal(Enumerable.Repeat(("g", "Stable", "classic"), count), list.Groups.Select(group => (group.GroupId, group.GroupState, group.GroupType)));
        }

        DescribeGroupsResponse described = await client.SendAsync(
            new DescribeGroupsRequest { GroupIds = ["g", "none"], IncludeAuthorizedOperations = true }, version: 4);
        Assert.Equal(["Stable", "Dead"], described.Groups.Select(group => group.State));
        Assert.Equal("range", described.Groups[0].ProtocolData);
        DescribeGroupsResponse.Member member = Assert.Single(described.Groups[0].Members);
        Assert.Equal(
            (joined.MemberId, "test", "127.0.0.1", "work"),
            (member.MemberId, member.ClientId, member.ClientHost, Encoding.UTF8.GetString(member.MemberAssignment.Span)));

        DeleteGroupsRequest delete = new() { GroupIds = ["g", "none"] };
        Assert.Equal(
            [ErrorCode.NonEmptyGroup, ErrorCode.GroupIdNotFound],
            (await client.SendAsync(delete, version: 1)).Groups.Select(group => group.ErrorCode));
        await client.SendAsync(new LeaveGroupRequest { GroupId = "g", MemberId = joined.MemberId }, version: 0);
        Assert.Equal(ErrorCode.None, (await client.SendAsync(delete, version: 1)).Groups[0].ErrorCode);
    }

    [Fact]
    public async Task OffsetsSurviveTheBroker()
    {
        using TemporaryDirectory directory = new();
        await using (TestBroker broker = await StartAsync(directory))
        {
            await using ProtocolClient client = await FindAsync(broker);
            await MakeTopicAsync(client);
            await client.SendAsync(Commit(("t", 0, 5)), version: 7);
        }

        await using (TestBroker broker = await StartAsync(directory))
        {
            await using ProtocolClient client = await FindAsync(broker);
            OffsetFetchResponse fetched;
            do fetched = await client.SendAsync(new OffsetFetchRequest { GroupId = "g", Topics = null }, version: 5);
            while (fetched.ErrorCode == ErrorCode.CoordinatorLoadInProgress);
            Assert.Equal(5, fetched.Topics[0].Partitions[0].CommittedOffset);
        }
    }

    [Fact]
    public async Task ABrokerThatStopsAnswersWhoWaits()
    {
        TestBroker broker = await StartAsync();
        await using ProtocolClient client = await FindAsync(broker);
        JoinGroupResponse first = await client.SendAsync(Join(), version: 3);
        await client.SendAsync(Sync(first), version: 3);
        await using ProtocolClient waiting = await broker.ConnectAsync();
        int number = await waiting.WriteAsync(Join(), version: 3);
        HeartbeatRequest beat = new() { GroupId = "g", GenerationId = 1, MemberId = first.MemberId };
        while ((await client.SendAsync(beat, version: 0)).ErrorCode != ErrorCode.RebalanceInProgress) await Task.Yield();
        Task stop = broker.DisposeAsync().AsTask();
        Assert.Equal(
            ErrorCode.CoordinatorNotAvailable, (await waiting.ReadAsync<JoinGroupResponse>(3, number)).ErrorCode);
        await stop;
    }

    [Fact]
    public async Task TransactionsCommitNoOffsets()
    {
        await using TestBroker broker = await StartAsync();
        await using ProtocolClient client = await FindAsync(broker);
        TxnOffsetCommitResponse response = await client.SendAsync(
            new TxnOffsetCommitRequest
            {
                GroupId = "g",
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, CommittedOffset = 1 }] }],
            },
            version: 2);
        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, response.Topics[0].Partitions[0].ErrorCode);
    }

    private static Task<TestBroker> StartAsync(TemporaryDirectory? directory = null) => TestBroker.StartAsync(
        options => options with
        {
            Groups = new GroupOptions { InitialRebalanceDelay = TimeSpan.Zero, OffsetsTopicPartitions = 2 },
        },
        directory);

    private static async Task<ProtocolClient> FindAsync(TestBroker broker)
    {
        ProtocolClient client = await broker.ConnectAsync();
        await client.SendAsync(new FindCoordinatorRequest { Key = "g" }, version: 0);
        return client;
    }

    private static async Task MakeTopicAsync(ProtocolClient client) =>
        await client.SendAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 4);

    private static JoinGroupRequest Join() => new()
    {
        GroupId = "g",
        SessionTimeoutMs = 30_000,
        RebalanceTimeoutMs = 60_000,
        ProtocolType = "consumer",
        Protocols = [new() { Name = "range", Metadata = GroupScene.Subscription("t") }],
    };

    private static SyncGroupRequest Sync(JoinGroupResponse joined) => new()
    {
        GroupId = "g",
        GenerationId = joined.GenerationId,
        MemberId = joined.MemberId,
        Assignments = [.. joined.Members.Select(member => new SyncGroupRequest.MemberAssignment
        {
            MemberId = member.MemberId,
            Assignment = "work"u8.ToArray(),
        })],
    };

    private static OffsetCommitRequest Commit(params (string Topic, int Partition, long Offset)[] offsets) => new()
    {
        GroupId = "g",
        Topics = [.. offsets.Select(each => new OffsetCommitRequest.Topic
        {
            Name = each.Topic,
            Partitions =
            [
                new() { PartitionIndex = each.Partition, CommittedOffset = each.Offset, CommittedMetadata = "note" },
            ],
        })],
    };
}
