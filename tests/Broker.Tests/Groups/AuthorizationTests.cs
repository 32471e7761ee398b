using LogStore.Broker.Cluster;
using LogStore.Broker.Groups.Apis;
using LogStore.Broker.Network;
using LogStore.Broker.Requests;
using LogStore.Broker.Security;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.Broker.Tests.Groups;

/// <summary>What each API asks to be allowed, and what is answered where it is not.</summary>
public sealed class AuthorizationTests
{
    private const ErrorCode NotThisGroup = ErrorCode.GroupAuthorizationFailed;
    private const ErrorCode NotThisTopic = ErrorCode.TopicAuthorizationFailed;

    [Fact]
    public async Task MembersNeedToReadTheGroup()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        Caller caller = new(host, (operation, resource, _) =>
            (operation, resource) != (AclOperation.Read, AclResourceType.Group));
        JoinGroupRequest join = new() { GroupId = "g", SessionTimeoutMs = 10_000, ProtocolType = "consumer" };
        Assert.Equal(NotThisGroup, (await caller.CallAsync<JoinGroupRequest, JoinGroupResponse>(join, 5)).ErrorCode);
        Assert.Equal(
            NotThisGroup,
            (await caller.CallAsync<SyncGroupRequest, SyncGroupResponse>(new() { GroupId = "g" }, 3)).ErrorCode);
        Assert.Equal(
            NotThisGroup,
            (await caller.CallAsync<HeartbeatRequest, HeartbeatResponse>(new() { GroupId = "g" }, 3)).ErrorCode);
        Assert.Equal(
            NotThisGroup,
            (await caller.CallAsync<LeaveGroupRequest, LeaveGroupResponse>(new() { GroupId = "g" }, 3)).ErrorCode);
    }

    [Fact]
    public async Task ACoordinatorIsFoundForWhoMaySeeTheGroup()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(withTopic: false);
        Caller caller = new(host, (operation, _, _) => operation != AclOperation.Describe);
        FindCoordinatorResponse response =
            await caller.CallAsync<FindCoordinatorRequest, FindCoordinatorResponse>(new() { Key = "g" }, 2);
        Assert.Equal((NotThisGroup, -1), (response.ErrorCode, response.NodeId));
        Assert.False(host.Log.Exists);
    }

    [Fact]
    public async Task CommittingNeedsToReadTheGroupAndEachTopic()
    {
        await using CoordinatorHost host = await StartWithTopicsAsync();
        Caller noGroup = new(host, (_, resource, _) => resource != AclResourceType.Group);
        Assert.Equal([NotThisGroup, NotThisGroup], await noGroup.CommitAsync("open", "closed"));
        Caller noTopic = new(host, (operation, _, name) => name != "closed" || operation != AclOperation.Read);
        Assert.Equal([ErrorCode.None, NotThisTopic], await noTopic.CommitAsync("open", "closed"));
        Assert.Equal(7, host.Committed(topic: "open"));
        Assert.Equal(-1, host.Committed(topic: "closed"));
    }

    [Fact]
    public async Task FetchingNeedsToSeeTheGroupAndEachTopic()
    {
        await using CoordinatorHost host = await StartWithTopicsAsync();
        await host.CommitAsync(1, topic: "open");
        await host.CommitAsync(2, topic: "closed");
        OffsetFetchRequest both = new()
        {
            GroupId = "g",
            Topics = [new() { Name = "open", PartitionIndexes = [0] }, new() { Name = "closed", PartitionIndexes = [0] }],
        };
        Caller noGroup = new(host, (_, resource, _) => resource != AclResourceType.Group);
        Assert.Equal(NotThisGroup, (await noGroup.FetchAsync(both, 5)).ErrorCode);
        Assert.Equal(NotThisGroup, (await noGroup.FetchAsync(both, 1)).Topics[0].Partitions[0].ErrorCode);

        Caller noTopic = new(host, (operation, _, name) => name != "closed" || operation != AclOperation.Describe);
        OffsetFetchResponse asked = await noTopic.FetchAsync(both, 5);
        Assert.Equal([1, -1], asked.Topics.Select(topic => topic.Partitions[0].CommittedOffset));
        Assert.Equal([ErrorCode.None, NotThisTopic], asked.Topics.Select(topic => topic.Partitions[0].ErrorCode));
        OffsetFetchResponse all = await noTopic.FetchAsync(new() { GroupId = "g", Topics = null }, 5);
        Assert.Equal("open", Assert.Single(all.Topics).Name);
    }

    [Fact]
    public async Task DeletingOffsetsNeedsToDeleteTheGroupAndReadEachTopic()
    {
        await using CoordinatorHost host = await StartWithTopicsAsync();
        await host.CommitAsync(1, topic: "open");
        await host.CommitAsync(2, topic: "closed");
        OffsetDeleteRequest both = new()
        {
            GroupId = "g",
            Topics =
            [
                new() { Name = "open", Partitions = [new() { PartitionIndex = 0 }] },
                new() { Name = "closed", Partitions = [new() { PartitionIndex = 0 }] },
            ],
        };
        Caller noGroup = new(host, (operation, _, _) => operation != AclOperation.Delete);
        Assert.Equal(
            NotThisGroup, (await noGroup.CallAsync<OffsetDeleteRequest, OffsetDeleteResponse>(both, 0)).ErrorCode);
        Caller noTopic = new(host, (_, _, name) => name != "closed");
        OffsetDeleteResponse response = await noTopic.CallAsync<OffsetDeleteRequest, OffsetDeleteResponse>(both, 0);
        Assert.Equal([ErrorCode.None, NotThisTopic], response.Topics.Select(topic => topic.Partitions[0].ErrorCode));
        Assert.Equal(-1, host.Committed(topic: "open"));
        Assert.Equal(2, host.Committed(topic: "closed"));
    }

    [Fact]
    public async Task OnlyGroupsThatOneMaySeeAreListedDescribedAndDeleted()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(1, "mine");
        await host.CommitAsync(1, "yours");
        Caller caller = new(host, (_, resource, name) => resource != AclResourceType.Cluster && name == "mine");
        ListGroupsResponse list = await caller.CallAsync<ListGroupsRequest, ListGroupsResponse>(new(), 2);
        Assert.Equal("mine", Assert.Single(list.Groups).GroupId);
        DescribeGroupsResponse described = await caller.CallAsync<DescribeGroupsRequest, DescribeGroupsResponse>(
            new() { GroupIds = ["mine", "yours"], IncludeAuthorizedOperations = true }, 3);
        Assert.Equal([ErrorCode.None, NotThisGroup], described.Groups.Select(group => group.ErrorCode));
        Assert.True(AclOperations.Contains(described.Groups[0].AuthorizedOperations, AclOperation.Delete));
        DeleteGroupsResponse deleted = await caller.CallAsync<DeleteGroupsRequest, DeleteGroupsResponse>(
            new() { GroupIds = ["mine", "yours"] }, 1);
        Assert.Equal([ErrorCode.None, NotThisGroup], deleted.Groups.Select(group => group.ErrorCode));
        Assert.Equal(1, host.Committed("yours"));

        Caller ofCluster = new(host, (_, resource, _) => resource == AclResourceType.Cluster);
        Assert.Single((await ofCluster.CallAsync<ListGroupsRequest, ListGroupsResponse>(new(), 2)).Groups);
    }

    private static async Task<CoordinatorHost> StartWithTopicsAsync()
    {
        CoordinatorHost host = await CoordinatorHost.StartAsync();
        foreach (string topic in (string[])["open", "closed"])
        {
            await host.Cluster.CreateTopicAsync(
                new NewTopic(topic, LogConfig.Default) { PartitionCount = 1, ReplicationFactor = 1 });
        }

        return host;
    }

    /// <summary>Brings requests to the APIs as the broker does, with rules of its own about who may what.</summary>
    private sealed class Caller : IAuthorizer
    {
        private readonly Func<AclOperation, AclResourceType, string, bool> _allows;
        private readonly ApiTable _apis = new();

        public Caller(CoordinatorHost host, Func<AclOperation, AclResourceType, string, bool> allows)
        {
            _allows = allows;
            new CoordinatorApi(host.Coordinator, host.Cluster).Register(_apis);
            new MembershipApi(host.Coordinator).Register(_apis);
            new GroupAdminApi(host.Coordinator).Register(_apis);
            new OffsetCommitApi(host.Coordinator, host.Cluster).Register(_apis);
            new OffsetFetchApi(host.Coordinator).Register(_apis);
            new OffsetDeleteApi(host.Coordinator, host.Cluster).Register(_apis);
        }

        public bool IsAllowed(
            Principal principal, string host, AclOperation operation, AclResourceType resource, string name) =>
            _allows(operation, resource, name);

        public bool IsAllowedOnAny(
            Principal principal, string host, AclOperation operation, AclResourceType resource) => false;

        public Task<OffsetFetchResponse> FetchAsync(OffsetFetchRequest request, short version) =>
            CallAsync<OffsetFetchRequest, OffsetFetchResponse>(request, version);

        public async Task<ErrorCode[]> CommitAsync(params string[] topics)
        {
            OffsetCommitResponse response = await CallAsync<OffsetCommitRequest, OffsetCommitResponse>(
                new()
                {
                    GroupId = "g",
                    Topics = Array.ConvertAll(topics, topic => new OffsetCommitRequest.Topic
                    {
                        Name = topic,
                        Partitions = [new() { PartitionIndex = 0, CommittedOffset = 7 }],
                    }),
                },
                version: 7);
            return [.. response.Topics.Select(topic => topic.Partitions[0].ErrorCode)];
        }

        public async Task<TResponse> CallAsync<TRequest, TResponse>(TRequest request, short version)
            where TRequest : IRequest<TResponse>
            where TResponse : IResponse, new()
        {
            using FrameBuffer frame = new();
            KafkaProtocol.Requests.Write(frame, request, version, correlationId: 1, "test");
            RequestHeader header = default;
            KafkaProtocol.Requests.ReadHeader(
                frame.ToArray().AsMemory(Frames.PrefixSize), ref header, out ReadOnlyMemory<byte> body);
            ConnectionInfo connection = new("127.0.0.1", "test", SecurityProtocol.Plaintext, this, default, default);
            // It is not disposed, and so needs no frame to give back.
            RequestContext context = new(connection, header, frame: null!);
            await _apis.Find(TRequest.Api)!.RunAsync(context, body);
            using FrameBuffer reply = new();
            context.WriteReply(reply);
            return Responses.Read<TResponse>(reply.ToArray().AsMemory(Frames.PrefixSize), version);
        }
    }
}
