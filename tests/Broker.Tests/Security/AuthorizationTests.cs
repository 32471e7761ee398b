using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Topics;
using LogStore.KafkaProtocol.Transactions;
using Xunit;
using static LogStore.KafkaProtocol.Security.AclOperation;
using static LogStore.KafkaProtocol.Security.AclResourceType;

namespace LogStore.Broker.Tests.Security;

/// <summary>What a user may do, request by request: nothing, until a rule allows it.</summary>
public sealed class AuthorizationTests
{
    private const string TopicName = "orders";
    private const string GroupName = "shop";

    /// <summary>Each request with the rule that allows it and the error of one that is denied.</summary>
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["produce"] = new(
            ApiKey.Produce, Topic, TopicName, Write, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(Batches.Produce(TopicName, 0, Batches.Of("value").Bytes), 7)).Topics[0].Partitions[0].ErrorCode),
        ["fetch"] = new(
            ApiKey.Fetch, Topic, TopicName, Read, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(
                new FetchRequest { Topics = [new() { Name = TopicName, Partitions = [new() { MaxBytes = 1000 }] }] }, 4))
            .Topics[0].Partitions[0].ErrorCode),
        ["list offsets"] = new(
            ApiKey.ListOffsets, Topic, TopicName, Describe, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(
                new ListOffsetsRequest { Topics = [new() { Name = TopicName, Partitions = [new() { Timestamp = -1 }] }] }, 1))
            .Topics[0].Partitions[0].ErrorCode),
        ["metadata"] = new(
            ApiKey.Metadata, Topic, TopicName, Describe, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(new MetadataRequest { Topics = [new() { Name = TopicName }] }, 4)).Topics[0].ErrorCode),
        ["create topic"] = new(
            ApiKey.CreateTopics, AclResourceType.Cluster, "kafka-cluster", Create, ErrorCode.TopicAuthorizationFailed,
            async client =>
            (await client.SendAsync(NewTopic("new"), 2)).Topics[0].ErrorCode),
        ["create one topic"] = new(
            ApiKey.CreateTopics, Topic, "new", Create, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(NewTopic("new"), 2)).Topics[0].ErrorCode),
        ["delete topic"] = new(
            ApiKey.DeleteTopics, Topic, TopicName, Delete, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(new DeleteTopicsRequest { TopicNames = [TopicName], TimeoutMs = 1000 }, 1)).Topics[0].ErrorCode),
        ["delete records"] = new(
            ApiKey.DeleteRecords, Topic, TopicName, Delete, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(
                new DeleteRecordsRequest { Topics = [new() { Name = TopicName, Partitions = [new()] }], TimeoutMs = 1000 }, 0))
            .Topics[0].Partitions[0].ErrorCode),
        ["add partitions"] = new(
            ApiKey.CreatePartitions, Topic, TopicName, Alter, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(
                new CreatePartitionsRequest { Topics = [new() { Name = TopicName, Count = 2 }], TimeoutMs = 1000 }, 0))
            .Topics[0].ErrorCode),
        ["describe settings"] = new(
            ApiKey.DescribeConfigs, Topic, TopicName, DescribeConfigs, ErrorCode.TopicAuthorizationFailed,
            async client =>
            (await client.SendAsync(
                new DescribeConfigsRequest
                {
                    Resources = [new() { ResourceType = ConfigResourceType.Topic, ResourceName = TopicName }],
                },
                1)).Resources[0].ErrorCode),
        ["alter settings"] = new(
            ApiKey.IncrementalAlterConfigs, Topic, TopicName, AlterConfigs, ErrorCode.TopicAuthorizationFailed,
            async client =>
            (await client.SendAsync(
                new IncrementalAlterConfigsRequest
                {
                    Resources =
                    [
                        new()
                        {
                            ResourceType = ConfigResourceType.Topic,
                            ResourceName = TopicName,
                            Configs = [new() { Name = "retention.ms", Value = "1000" }],
                        },
                    ],
                },
                0)).Resources[0].ErrorCode),
        ["replace settings"] = new(
            ApiKey.AlterConfigs, Topic, TopicName, AlterConfigs, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(
                new AlterConfigsRequest
                {
                    Resources =
                    [
                        new() { ResourceType = ConfigResourceType.Topic, ResourceName = TopicName, Configs = [] },
                    ],
                },
                1)).Resources[0].ErrorCode),
        ["see where an epoch ends"] = new(
            ApiKey.OffsetForLeaderEpoch, Topic, TopicName, Describe, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(
                new OffsetForLeaderEpochRequest { Topics = [new() { Name = TopicName, Partitions = [new()] }] }, 2))
            .Topics[0].Partitions[0].ErrorCode),
        ["see producers"] = new(
            ApiKey.DescribeProducers, Topic, TopicName, Read, ErrorCode.TopicAuthorizationFailed, async client =>
            (await client.SendAsync(
                new DescribeProducersRequest { Topics = [new() { Name = TopicName, PartitionIndexes = [0] }] }, 0))
            .Topics[0].Partitions[0].ErrorCode),
        ["see log directories"] = new(
            ApiKey.DescribeLogDirs, AclResourceType.Cluster, "kafka-cluster", Describe,
            ErrorCode.ClusterAuthorizationFailed,
            async client => (await client.SendAsync(new DescribeLogDirsRequest(), 1)).LogDirs.Length == 0
                ? ErrorCode.ClusterAuthorizationFailed // They are not there, as with Kafka.
                : ErrorCode.None),
        ["move to another directory"] = new(
            ApiKey.AlterReplicaLogDirs, AclResourceType.Cluster, "kafka-cluster", Alter,
            ErrorCode.ClusterAuthorizationFailed,
            async client => (await client.SendAsync(
                new AlterReplicaLogDirsRequest
                {
                    Dirs = [new() { Path = "/other", Topics = [new() { Name = TopicName, PartitionIndexes = [0] }] }],
                },
                1)).Results[0].Partitions[0].ErrorCode)
        { Allowed = ErrorCode.LogDirNotFound },
        ["elect leaders"] = new(
            ApiKey.ElectLeaders, AclResourceType.Cluster, "kafka-cluster", Alter, ErrorCode.ClusterAuthorizationFailed,
            async client =>
            (await client.SendAsync(new ElectLeadersRequest { Topics = null }, 1)).ErrorCode),
        ["move partitions"] = new(
            ApiKey.AlterPartitionReassignments, AclResourceType.Cluster, "kafka-cluster", Alter,
            ErrorCode.ClusterAuthorizationFailed,
            async client =>
            (await client.SendAsync(new AlterPartitionReassignmentsRequest(), 0)).ErrorCode),
        ["list moves"] = new(
            ApiKey.ListPartitionReassignments, AclResourceType.Cluster, "kafka-cluster", Describe,
            ErrorCode.ClusterAuthorizationFailed,
            async client =>
            (await client.SendAsync(new ListPartitionReassignmentsRequest { Topics = null }, 0)).ErrorCode),
        ["find coordinator"] = new(
            ApiKey.FindCoordinator, Group, GroupName, Describe, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(new FindCoordinatorRequest { Key = GroupName }, 1)).ErrorCode),
        ["describe group"] = new(
            ApiKey.DescribeGroups, Group, GroupName, Describe, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(new DescribeGroupsRequest { GroupIds = [GroupName] }, 1)).Groups[0].ErrorCode),
        ["join group"] = new(
            ApiKey.JoinGroup, Group, GroupName, Read, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(
                new JoinGroupRequest { GroupId = GroupName, SessionTimeoutMs = 10_000, ProtocolType = "consumer" }, 4))
            .ErrorCode),
        ["sync group"] = new(
            ApiKey.SyncGroup, Group, GroupName, Read, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(new SyncGroupRequest { GroupId = GroupName, MemberId = "me" }, 3)).ErrorCode),
        ["heartbeat"] = new(
            ApiKey.Heartbeat, Group, GroupName, Read, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(new HeartbeatRequest { GroupId = GroupName, MemberId = "me" }, 3)).ErrorCode),
        ["leave group"] = new(
            ApiKey.LeaveGroup, Group, GroupName, Read, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(new LeaveGroupRequest { GroupId = GroupName, MemberId = "me" }, 2)).ErrorCode),
        ["commit offsets"] = new(
            ApiKey.OffsetCommit, Group, GroupName, Read, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(
                new OffsetCommitRequest
                {
                    GroupId = GroupName,
                    Topics = [new() { Name = TopicName, Partitions = [new() { CommittedOffset = 1 }] }],
                },
                7)).Topics[0].Partitions[0].ErrorCode)
        { Allowed = ErrorCode.TopicAuthorizationFailed }, // The topic has to be allowed as well.
        ["fetch offsets"] = new(
            ApiKey.OffsetFetch, Group, GroupName, Describe, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(new OffsetFetchRequest { GroupId = GroupName, Topics = [] }, 5)).ErrorCode),
        ["delete offsets"] = new(
            ApiKey.OffsetDelete, Group, GroupName, Delete, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(new OffsetDeleteRequest { GroupId = GroupName }, 0)).ErrorCode),
        ["delete group"] = new(
            ApiKey.DeleteGroups, Group, GroupName, Delete, ErrorCode.GroupAuthorizationFailed, async client =>
            (await client.SendAsync(new DeleteGroupsRequest { GroupIds = [GroupName] }, 1)).Groups[0].ErrorCode),
        ["producer id of the cluster"] = new(
            ApiKey.InitProducerId, AclResourceType.Cluster, "kafka-cluster", IdempotentWrite,
            ErrorCode.ClusterAuthorizationFailed,
            ProducerIdAsync),
        ["producer id of a writer"] = new(
            ApiKey.InitProducerId, Topic, TopicName, Write, ErrorCode.ClusterAuthorizationFailed, ProducerIdAsync),
        ["describe rules"] = new(
            ApiKey.DescribeAcls, AclResourceType.Cluster, "kafka-cluster", Describe,
            ErrorCode.ClusterAuthorizationFailed,
            async client =>
            (await client.SendAsync(
                new DescribeAclsRequest { ResourceType = AclResourceType.Any, Operation = AclOperation.Any, PermissionType = AclPermissionType.Any },
                1)).ErrorCode),
        ["add rules"] = new(
            ApiKey.CreateAcls, AclResourceType.Cluster, "kafka-cluster", Alter, ErrorCode.ClusterAuthorizationFailed,
            async client =>
            (await client.SendAsync(
                new CreateAclsRequest
                {
                    Creations =
                    [
                        new()
                        {
                            ResourceType = Topic,
                            ResourceName = TopicName,
                            Principal = "User:alice",
                            Host = "*",
                            Operation = Read,
                            PermissionType = AclPermissionType.Allow,
                        },
                    ],
                },
                1)).Results[0].ErrorCode),
        ["delete rules"] = new(
            ApiKey.DeleteAcls, AclResourceType.Cluster, "kafka-cluster", Alter, ErrorCode.ClusterAuthorizationFailed,
            async client =>
            (await client.SendAsync(
                new DeleteAclsRequest
                {
                    Filters =
                    [
                        new() { ResourceType = Topic, Operation = Read, PermissionType = AclPermissionType.Any },
                    ],
                },
                1)).FilterResults[0].ErrorCode),
    };

    private const string NoTransactions = "there are no transactions: it is refused to everybody";
    private const string NoTokens = "there are no delegation tokens: it is refused to everybody";

    /// <summary>The APIs that nobody is denied, and why.</summary>
    private static readonly Dictionary<ApiKey, string> Exempt = new()
    {
        [ApiKey.ApiVersions] = "clients ask before anybody knows who they are",
        [ApiKey.SaslHandshake] = "it is how a client begins to say who it is",
        [ApiKey.SaslAuthenticate] = "it is how a client says who it is",
        [ApiKey.ListGroups] = "it lists what may be described: OnlyGroupsThatOneMaySeeAreListedDescribedAndDeleted",
        [ApiKey.DescribeCluster] = "it tells of brokers what Metadata tells everybody, and no topics",
        [ApiKey.AddPartitionsToTxn] = NoTransactions,
        [ApiKey.AddOffsetsToTxn] = NoTransactions,
        [ApiKey.EndTxn] = NoTransactions,
        [ApiKey.WriteTxnMarkers] = NoTransactions,
        [ApiKey.TxnOffsetCommit] = NoTransactions,
        [ApiKey.CreateDelegationToken] = NoTokens,
        [ApiKey.RenewDelegationToken] = NoTokens,
        [ApiKey.ExpireDelegationToken] = NoTokens,
        [ApiKey.DescribeDelegationToken] = NoTokens,
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public async Task ARequestIsDeniedUntilARuleAllowsIt(string name)
    {
        Case asked = Cases[name];
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await CreateTopicAsync(broker);
        await using ProtocolClient alice = await broker.LogInAsync("alice");
        Assert.Equal(asked.Denial, await asked.SendAsync(alice));
        Assert.Equal(asked.Api, alice.LastSent);
        await broker.AllowAsync("User:bob", asked.Type, asked.Resource, asked.Operation);
        Assert.Equal(asked.Denial, await asked.SendAsync(alice));
        await broker.AllowAsync("User:alice", asked.Type, asked.Resource, asked.Operation);
        // Groups are looked after once somebody has asked for a coordinator.
        ErrorCode allowed = await asked.SendAsync(alice);
        Assert.True(allowed == asked.Allowed || allowed == ErrorCode.NotCoordinator, $"{allowed}");
    }

    [Fact]
    public void EveryApiIsDeniedToSomebodyOrHasAReasonWhyNot() => Assert.Equal(
        Apis.All.ToArray().Select(api => api.Key),
        Cases.Values.Select(asked => asked.Api).Distinct().Concat(Exempt.Keys).Order());

    [Fact]
    public async Task ADenialOutweighsAllowances()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await CreateTopicAsync(broker);
        await using ProtocolClient alice = await broker.LogInAsync("alice");
        await broker.AllowAsync("User:*", Topic, "ord", All, AclPatternType.Prefixed);
        Assert.Equal(ErrorCode.None, await Cases["produce"].SendAsync(alice));
        await broker.AllowAsync("User:alice", Topic, TopicName, Write, permission: AclPermissionType.Deny);
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, await Cases["produce"].SendAsync(alice));
        Assert.Equal(ErrorCode.None, await Cases["fetch"].SendAsync(alice));
    }

    [Fact]
    public async Task TopicsThatMayNotBeDescribedAreNotListed()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await CreateTopicAsync(broker);
        await using ProtocolClient alice = await broker.LogInAsync("alice");
        Assert.Empty((await alice.SendAsync(new MetadataRequest { Topics = null }, 4)).Topics);
        await broker.AllowAsync("User:alice", Topic, TopicName, Read);
        Assert.Equal(
            [TopicName], (await alice.SendAsync(new MetadataRequest { Topics = null }, 4)).Topics.Select(topic => topic.Name));
    }

    [Fact]
    public async Task RulesCanBeShownAndDeletedAndOutliveTheBroker()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await broker.AllowAsync("User:alice", Topic, TopicName, Read);
        await broker.AllowAsync("User:alice", Topic, "ord", Write, AclPatternType.Prefixed);
        await using ProtocolClient admin = await broker.LogInAsync("admin");
        DescribeAclsRequest about = new()
        {
            ResourceType = Topic,
            ResourceName = TopicName,
            PatternType = AclPatternType.Match,
            Operation = AclOperation.Any,
            PermissionType = AclPermissionType.Any,
        };
        Assert.Equal(2, (await admin.SendAsync(about, 1)).Resources.Length);
        DeleteAclsResponse deleted = await admin.SendAsync(
            new DeleteAclsRequest
            {
                Filters =
                [
                    new()
                    {
                        ResourceType = AclResourceType.Any,
                        PatternType = AclPatternType.Any,
                        Operation = Read,
                        PermissionType = AclPermissionType.Any,
                    },
                ],
            },
            1);
        Assert.Equal(TopicName, Assert.Single(deleted.FilterResults[0].MatchingAcls).ResourceName);
        DescribeAclsResponse left = await admin.SendAsync(about, 1);
        Assert.Equal(AclPatternType.Prefixed, Assert.Single(left.Resources).PatternType);
    }

    [Theory]
    [InlineData(Topic, "", "User:x", Read)]
    [InlineData(Topic, "orders", "x", Read)]
    [InlineData(Topic, "orders", "User:", Read)]
    [InlineData(Topic, "orders", "User:x", ClusterAction)]
    [InlineData(AclResourceType.Cluster, "other", "User:x", Create)]
    [InlineData(DelegationToken, "x", "User:x", Read)]
    [InlineData(Topic, "orders", "User:x", AclOperation.Any)]
    public async Task ARuleThatMakesNoSenseIsRefused(AclResourceType type, string name, string principal, AclOperation operation)
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient admin = await broker.LogInAsync("admin");
        CreateAclsResponse response = await admin.SendAsync(
            new CreateAclsRequest
            {
                Creations =
                [
                    new()
                    {
                        ResourceType = type,
                        ResourceName = name,
                        Principal = principal,
                        Host = "*",
                        Operation = operation,
                        PermissionType = AclPermissionType.Allow,
                    },
                ],
            },
            1);
        Assert.Equal(ErrorCode.InvalidRequest, response.Results[0].ErrorCode);
        Assert.NotNull(response.Results[0].ErrorMessage);
    }

    [Fact]
    public async Task WithoutAnAuthorizerThereAreNoRules()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        Assert.Equal(ErrorCode.SecurityDisabled, await Cases["describe rules"].SendAsync(client));
        Assert.Equal(ErrorCode.None, await Cases["create topic"].SendAsync(client));
    }

    [Fact]
    public async Task TheBrokersOwnProcessMayDoEverything()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient client = new(broker.Broker.Server.Connect());
        Assert.Equal(ErrorCode.None, await Cases["create topic"].SendAsync(client));
    }

    [Fact]
    public async Task ARuleOnAnIPv4AddressHoldsAtAListenerForBothKindsOfAddresses()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with
        {
            Listeners = [new ListenerOptions(SecurityProtocol.Plaintext, "", 0)],
            AllowInsecureListeners = true,
            Security = new SecurityOptions { Authorizer = AuthorizerKind.Acl },
        });
        await using ProtocolClient admin = new(broker.Server.Connect());
        await AllowCreationAsync(admin, "127.0.0.2");
        await using ProtocolClient client = await broker.ConnectAsync();
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, await Cases["create topic"].SendAsync(client));
        await AllowCreationAsync(admin, "127.0.0.1");
        Assert.Equal(ErrorCode.None, await Cases["create topic"].SendAsync(client));
    }

    private static async Task AllowCreationAsync(ProtocolClient admin, string host)
    {
        CreateAclsRequest.Creation rule = new()
        {
            ResourceType = AclResourceType.Cluster,
            ResourceName = "kafka-cluster",
            Principal = "User:*",
            Host = host,
            Operation = Create,
            PermissionType = AclPermissionType.Allow,
        };
        CreateAclsResponse response = await admin.SendAsync(new CreateAclsRequest { Creations = [rule] }, 1);
        Assert.Equal(ErrorCode.None, response.Results[0].ErrorCode);
    }

    private static async Task<ErrorCode> ProducerIdAsync(ProtocolClient client) =>
        (await client.SendAsync(new InitProducerIdRequest { TransactionTimeoutMs = 1000 }, 0)).ErrorCode;

    private static CreateTopicsRequest NewTopic(string name) => new()
    {
        Topics = [new() { Name = name, NumPartitions = 1, ReplicationFactor = 1, Assignments = [], Configs = [] }],
        TimeoutMs = 1000,
    };

    private static async Task CreateTopicAsync(SecureBroker broker)
    {
        await using ProtocolClient admin = await broker.LogInAsync("admin");
        Assert.Equal(ErrorCode.None, (await admin.SendAsync(NewTopic(TopicName), 2)).Topics[0].ErrorCode);
    }

    /// <param name="Api">What it asks for.</param>
    /// <param name="Type">The kind of resource that the rule is about.</param>
    /// <param name="Resource">Its name.</param>
    /// <param name="Operation">What must be allowed.</param>
    /// <param name="Denial">The error without it.</param>
    /// <param name="SendAsync">Sends the request.</param>
    private sealed record Case(
        ApiKey Api, AclResourceType Type, string Resource, AclOperation Operation, ErrorCode Denial,
        Func<ProtocolClient, Task<ErrorCode>> SendAsync)
    {
        /// <summary>The error with it, where there is one for another reason.</summary>
        public ErrorCode Allowed { get; init; }
    }
}
