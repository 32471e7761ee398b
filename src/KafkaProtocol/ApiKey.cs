namespace LogStore.KafkaProtocol;

/// <summary>What a request asks for: Kafka's numbers and names of the APIs that are spoken here.</summary>
public enum ApiKey : short
{
    /// <summary>See <see cref="Produce.ProduceRequest"/>.</summary>
    Produce = 0,

    /// <summary>See <see cref="Fetch.FetchRequest"/>.</summary>
    Fetch = 1,

    /// <summary>See <see cref="Fetch.ListOffsetsRequest"/>.</summary>
    ListOffsets = 2,

    /// <summary>See <see cref="Cluster.MetadataRequest"/>.</summary>
    Metadata = 3,

    /// <summary>See <see cref="Groups.OffsetCommitRequest"/>.</summary>
    OffsetCommit = 8,

    /// <summary>See <see cref="Groups.OffsetFetchRequest"/>.</summary>
    OffsetFetch = 9,

    /// <summary>See <see cref="Groups.FindCoordinatorRequest"/>.</summary>
    FindCoordinator = 10,

    /// <summary>See <see cref="Groups.JoinGroupRequest"/>.</summary>
    JoinGroup = 11,

    /// <summary>See <see cref="Groups.HeartbeatRequest"/>.</summary>
    Heartbeat = 12,

    /// <summary>See <see cref="Groups.LeaveGroupRequest"/>.</summary>
    LeaveGroup = 13,

    /// <summary>See <see cref="Groups.SyncGroupRequest"/>.</summary>
    SyncGroup = 14,

    /// <summary>See <see cref="Groups.DescribeGroupsRequest"/>.</summary>
    DescribeGroups = 15,

    /// <summary>See <see cref="Groups.ListGroupsRequest"/>.</summary>
    ListGroups = 16,

    /// <summary>See <see cref="Security.SaslHandshakeRequest"/>.</summary>
    SaslHandshake = 17,

    /// <summary>See <see cref="Cluster.ApiVersionsRequest"/>.</summary>
    ApiVersions = 18,

    /// <summary>See <see cref="Topics.CreateTopicsRequest"/>.</summary>
    CreateTopics = 19,

    /// <summary>See <see cref="Topics.DeleteTopicsRequest"/>.</summary>
    DeleteTopics = 20,

    /// <summary>See <see cref="Topics.DeleteRecordsRequest"/>.</summary>
    DeleteRecords = 21,

    /// <summary>See <see cref="Transactions.InitProducerIdRequest"/>.</summary>
    InitProducerId = 22,

    /// <summary>See <see cref="Fetch.OffsetForLeaderEpochRequest"/>.</summary>
    OffsetForLeaderEpoch = 23,

    /// <summary>See <see cref="Transactions.AddPartitionsToTxnRequest"/>.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>See <see cref="Transactions.AddOffsetsToTxnRequest"/>.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>See <see cref="Transactions.EndTxnRequest"/>.</summary>
    EndTxn = 26,

    /// <summary>See <see cref="Transactions.WriteTxnMarkersRequest"/>.</summary>
    WriteTxnMarkers = 27,

    /// <summary>See <see cref="Transactions.TxnOffsetCommitRequest"/>.</summary>
    TxnOffsetCommit = 28,

    /// <summary>See <see cref="Security.DescribeAclsRequest"/>.</summary>
    DescribeAcls = 29,

    /// <summary>See <see cref="Security.CreateAclsRequest"/>.</summary>
    CreateAcls = 30,

    /// <summary>See <see cref="Security.DeleteAclsRequest"/>.</summary>
    DeleteAcls = 31,

    /// <summary>See <see cref="Topics.DescribeConfigsRequest"/>.</summary>
    DescribeConfigs = 32,

    /// <summary>See <see cref="Topics.AlterConfigsRequest"/>.</summary>
    AlterConfigs = 33,

    /// <summary>See <see cref="Cluster.AlterReplicaLogDirsRequest"/>.</summary>
    AlterReplicaLogDirs = 34,

    /// <summary>See <see cref="Cluster.DescribeLogDirsRequest"/>.</summary>
    DescribeLogDirs = 35,

    /// <summary>See <see cref="Security.SaslAuthenticateRequest"/>.</summary>
    SaslAuthenticate = 36,

    /// <summary>See <see cref="Topics.CreatePartitionsRequest"/>.</summary>
    CreatePartitions = 37,

    /// <summary>See <see cref="Security.CreateDelegationTokenRequest"/>.</summary>
    CreateDelegationToken = 38,

    /// <summary>See <see cref="Security.RenewDelegationTokenRequest"/>.</summary>
    RenewDelegationToken = 39,

    /// <summary>See <see cref="Security.ExpireDelegationTokenRequest"/>.</summary>
    ExpireDelegationToken = 40,

    /// <summary>See <see cref="Security.DescribeDelegationTokenRequest"/>.</summary>
    DescribeDelegationToken = 41,

    /// <summary>See <see cref="Groups.DeleteGroupsRequest"/>.</summary>
    DeleteGroups = 42,

    /// <summary>See <see cref="Cluster.ElectLeadersRequest"/>.</summary>
    ElectLeaders = 43,

    /// <summary>See <see cref="Topics.IncrementalAlterConfigsRequest"/>.</summary>
    IncrementalAlterConfigs = 44,

    /// <summary>See <see cref="Cluster.AlterPartitionReassignmentsRequest"/>.</summary>
    AlterPartitionReassignments = 45,

    /// <summary>See <see cref="Cluster.ListPartitionReassignmentsRequest"/>.</summary>
    ListPartitionReassignments = 46,

    /// <summary>See <see cref="Groups.OffsetDeleteRequest"/>.</summary>
    OffsetDelete = 47,

    /// <summary>See <see cref="Cluster.DescribeClusterRequest"/>.</summary>
    DescribeCluster = 60,

    /// <summary>See <see cref="Transactions.DescribeProducersRequest"/>.</summary>
    DescribeProducers = 61,
}
