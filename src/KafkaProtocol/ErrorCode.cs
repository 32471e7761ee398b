namespace LogStore.KafkaProtocol;

/// <summary>What became of a request, or of one part of it. Zero is success; every other number is an error.</summary>
/// <remarks>
/// Kafka's numbers and names. A number that is not named here comes from a newer peer and is kept as it is.
/// </remarks>
public enum ErrorCode : short
{
    /// <summary>The broker failed in a way that no other code names.</summary>
    UnknownServerError = -1,

    /// <summary>Success.</summary>
    None = 0,

    /// <summary>The offset is below the log start or beyond the log end.</summary>
    OffsetOutOfRange = 1,

    /// <summary>
    /// The batch is damaged: its checksum, size or structure is wrong, or a compacted topic got a record without a key.
    /// </summary>
    CorruptMessage = 2,

    /// <summary>This broker has no such topic or partition.</summary>
    UnknownTopicOrPartition = 3,

    /// <summary>The fetch asks for an impossible number of bytes.</summary>
    InvalidFetchSize = 4,

    /// <summary>The partition has no leader at the moment.</summary>
    LeaderNotAvailable = 5,

    /// <summary>
    /// This broker is neither leader nor follower of the partition, or not the one that the request needs.
    /// </summary>
    NotLeaderOrFollower = 6,

    /// <summary>The request was not done within its time.</summary>
    RequestTimedOut = 7,

    /// <summary>The broker is not up.</summary>
    BrokerNotAvailable = 8,

    /// <summary>The replica is not on this broker.</summary>
    ReplicaNotAvailable = 9,

    /// <summary>A batch exceeds the topic's <c>max.message.bytes</c>.</summary>
    MessageTooLarge = 10,

    /// <summary>The sender is no longer the controller.</summary>
    StaleControllerEpoch = 11,

    /// <summary>The text beside a committed offset is longer than the broker keeps.</summary>
    OffsetMetadataTooLarge = 12,

    /// <summary>The connection ended before the answer came. Never sent; clients give it to themselves.</summary>
    NetworkException = 13,

    /// <summary>The coordinator is still reading its topic.</summary>
    CoordinatorLoadInProgress = 14,

    /// <summary>There is no coordinator at the moment.</summary>
    CoordinatorNotAvailable = 15,

    /// <summary>Another broker coordinates this group or transactional id.</summary>
    NotCoordinator = 16,

    /// <summary>The topic's name is not allowed, or the operation is not allowed on an internal topic.</summary>
    InvalidTopic = 17,

    /// <summary>A batch exceeds the topic's <c>segment.bytes</c>.</summary>
    RecordListTooLarge = 18,

    /// <summary>Fewer replicas are in sync than <c>min.insync.replicas</c>; nothing was appended.</summary>
    NotEnoughReplicas = 19,

    /// <summary>Appended, but then too few replicas were in sync: it may yet be lost.</summary>
    NotEnoughReplicasAfterAppend = 20,

    /// <summary>Acks is neither 0, 1 nor -1.</summary>
    InvalidRequiredAcks = 21,

    /// <summary>The member speaks of another generation of its group.</summary>
    IllegalGeneration = 22,

    /// <summary>The member shares no protocol with its group, or none with its type.</summary>
    InconsistentGroupProtocol = 23,

    /// <summary>The group id is empty or not allowed.</summary>
    InvalidGroupId = 24,

    /// <summary>The group has no such member.</summary>
    UnknownMemberId = 25,

    /// <summary>The session timeout is outside the broker's bounds.</summary>
    InvalidSessionTimeout = 26,

    /// <summary>The group is rebalancing: join again.</summary>
    RebalanceInProgress = 27,

    /// <summary>The committed offsets do not fit into one batch of the offsets topic.</summary>
    InvalidCommitOffsetSize = 28,

    /// <summary>The principal may not do this with the topic.</summary>
    TopicAuthorizationFailed = 29,

    /// <summary>The principal may not do this with the group.</summary>
    GroupAuthorizationFailed = 30,

    /// <summary>The principal may not do this with the cluster.</summary>
    ClusterAuthorizationFailed = 31,

    /// <summary>A record's time is outside the topic's bounds.</summary>
    InvalidTimestamp = 32,

    /// <summary>The broker does not offer this SASL mechanism.</summary>
    UnsupportedSaslMechanism = 33,

    /// <summary>The request does not belong at this point of authentication.</summary>
    IllegalSaslState = 34,

    /// <summary>The broker does not speak this version of the API.</summary>
    UnsupportedVersion = 35,

    /// <summary>There is a topic of this name already.</summary>
    TopicAlreadyExists = 36,

    /// <summary>The number of partitions is not possible.</summary>
    InvalidPartitions = 37,

    /// <summary>There are not enough brokers for the replication factor, or it is below 1.</summary>
    InvalidReplicationFactor = 38,

    /// <summary>The list of replicas is not possible.</summary>
    InvalidReplicaAssignment = 39,

    /// <summary>A setting has a name or value that is not allowed.</summary>
    InvalidConfig = 40,

    /// <summary>Another broker is the controller.</summary>
    NotController = 41,

    /// <summary>The request contradicts itself, or asks for what does not go together.</summary>
    InvalidRequest = 42,

    /// <summary>The log's record format cannot do this.</summary>
    UnsupportedForMessageFormat = 43,

    /// <summary>A policy of the broker forbids it.</summary>
    PolicyViolation = 44,

    /// <summary>A batch's sequence number leaves a gap.</summary>
    OutOfOrderSequenceNumber = 45,

    /// <summary>The batch was appended before, and its offset is no longer known.</summary>
    DuplicateSequenceNumber = 46,

    /// <summary>The producer's epoch is older than the one known.</summary>
    InvalidProducerEpoch = 47,

    /// <summary>The transaction is not in a state that allows this.</summary>
    InvalidTxnState = 48,

    /// <summary>The producer id does not belong to the transactional id.</summary>
    InvalidProducerIdMapping = 49,

    /// <summary>The transaction timeout exceeds the broker's.</summary>
    InvalidTransactionTimeout = 50,

    /// <summary>Another operation on the transaction is not over yet.</summary>
    ConcurrentTransactions = 51,

    /// <summary>A newer transaction coordinator has spoken.</summary>
    TransactionCoordinatorFenced = 52,

    /// <summary>The principal may not use the transactional id.</summary>
    TransactionalIdAuthorizationFailed = 53,

    /// <summary>The broker runs without security, so there is none to administer.</summary>
    SecurityDisabled = 54,

    /// <summary>Not tried, because another part of the request failed.</summary>
    OperationNotAttempted = 55,

    /// <summary>The log's disk failed.</summary>
    KafkaStorageError = 56,

    /// <summary>There is no such log directory.</summary>
    LogDirNotFound = 57,

    /// <summary>The credentials are wrong.</summary>
    SaslAuthenticationFailed = 58,

    /// <summary>The partition has no state of this producer, although its sequence says that it should.</summary>
    UnknownProducerId = 59,

    /// <summary>The partition is being reassigned.</summary>
    ReassignmentInProgress = 60,

    /// <summary>Delegation tokens are switched off.</summary>
    DelegationTokenAuthDisabled = 61,

    /// <summary>There is no such delegation token.</summary>
    DelegationTokenNotFound = 62,

    /// <summary>The principal does not own the delegation token.</summary>
    DelegationTokenOwnerMismatch = 63,

    /// <summary>Delegation tokens cannot be asked for over this kind of connection.</summary>
    DelegationTokenRequestNotAllowed = 64,

    /// <summary>The principal may not do this with the delegation token.</summary>
    DelegationTokenAuthorizationFailed = 65,

    /// <summary>The delegation token has expired.</summary>
    DelegationTokenExpired = 66,

    /// <summary>The broker does not know this type of principal.</summary>
    InvalidPrincipalType = 67,

    /// <summary>The group still has members.</summary>
    NonEmptyGroup = 68,

    /// <summary>There is no such group.</summary>
    GroupIdNotFound = 69,

    /// <summary>The broker has forgotten the fetch session, or never had it: start a new one.</summary>
    FetchSessionIdNotFound = 70,

    /// <summary>The fetch session's epoch is not the next one: start a new session.</summary>
    InvalidFetchSessionEpoch = 71,

    /// <summary>The leader has no listener of the name that the request came by.</summary>
    ListenerNotFound = 72,

    /// <summary>Deleting topics is switched off.</summary>
    TopicDeletionDisabled = 73,

    /// <summary>The client's leader epoch is older than the broker's: it knows a former leader.</summary>
    FencedLeaderEpoch = 74,

    /// <summary>The client's leader epoch is newer than the broker's: the broker lags behind.</summary>
    UnknownLeaderEpoch = 75,

    /// <summary>The client cannot read the partition's compression.</summary>
    UnsupportedCompressionType = 76,

    /// <summary>The broker has been restarted since.</summary>
    StaleBrokerEpoch = 77,

    /// <summary>The new leader does not know the high watermark yet.</summary>
    OffsetNotAvailable = 78,

    /// <summary>Join again, with the member id that came with this error.</summary>
    MemberIdRequired = 79,

    /// <summary>The preferred leader is not up.</summary>
    PreferredLeaderNotAvailable = 80,

    /// <summary>The group has as many members as the broker allows.</summary>
    GroupMaxSizeReached = 81,

    /// <summary>Another member has taken over the static member's name.</summary>
    FencedInstanceId = 82,

    /// <summary>No replica is fit to lead.</summary>
    EligibleLeadersNotAvailable = 83,

    /// <summary>The partition has the leader that it should have.</summary>
    ElectionNotNeeded = 84,

    /// <summary>The partition is not being reassigned.</summary>
    NoReassignmentInProgress = 85,

    /// <summary>The group is subscribed to the topic whose offsets were to be deleted.</summary>
    GroupSubscribedToTopic = 86,

    /// <summary>A record breaks a rule of its topic, and so the batch was refused.</summary>
    InvalidRecord = 87,

    /// <summary>Offsets of an open transaction are in the way.</summary>
    UnstableOffsetCommit = 88,

    /// <summary>A quota is used up: wait as long as the throttle time says.</summary>
    ThrottlingQuotaExceeded = 89,

    /// <summary>Another producer has taken over the transactional id.</summary>
    ProducerFenced = 90,

    /// <summary>The request names something that does not exist.</summary>
    ResourceNotFound = 91,

    /// <summary>The request names the same thing twice.</summary>
    DuplicateResource = 92,

    /// <summary>The credential is not good enough.</summary>
    UnacceptableCredential = 93,

    /// <summary>The voters of the sender and the receiver differ.</summary>
    InconsistentVoterSet = 94,

    /// <summary>The version of the feature is not possible.</summary>
    InvalidUpdateVersion = 95,

    /// <summary>The features could not be updated.</summary>
    FeatureUpdateFailed = 96,

    /// <summary>The principal of a forwarded request cannot be read.</summary>
    PrincipalDeserializationFailure = 97,

    /// <summary>There is no such snapshot.</summary>
    SnapshotNotFound = 98,

    /// <summary>The position in the snapshot does not exist.</summary>
    PositionOutOfRange = 99,

    /// <summary>This broker has no topic of this id.</summary>
    UnknownTopicId = 100,

    /// <summary>Another broker is registered by this id.</summary>
    DuplicateBrokerRegistration = 101,

    /// <summary>No broker is registered by this id.</summary>
    BrokerIdNotRegistered = 102,

    /// <summary>The topic's id and its log's differ.</summary>
    InconsistentTopicId = 103,

    /// <summary>The sender takes this for another cluster.</summary>
    InconsistentClusterId = 104,

    /// <summary>There is no such transactional id.</summary>
    TransactionalIdNotFound = 105,

    /// <summary>The fetch session mixes topic names and topic ids.</summary>
    FetchSessionTopicIdError = 106,

    /// <summary>A replica may not be in the in-sync set.</summary>
    IneligibleReplica = 107,

    /// <summary>The in-sync set was changed, and the leader with it.</summary>
    NewLeaderElected = 108,

    /// <summary>The offset's records are in tiered storage.</summary>
    OffsetMovedToTieredStorage = 109,

    /// <summary>The member's epoch is fenced: give up all partitions and join again.</summary>
    FencedMemberEpoch = 110,

    /// <summary>The static member's former self has not left yet.</summary>
    UnreleasedInstanceId = 111,

    /// <summary>The group has no such assignor.</summary>
    UnsupportedAssignor = 112,

    /// <summary>The member's epoch is old: wait for the answer to its heartbeat.</summary>
    StaleMemberEpoch = 113,

    /// <summary>The request went to a broker where a controller was needed, or the other way round.</summary>
    MismatchedEndpointType = 114,

    /// <summary>This kind of endpoint is not supported.</summary>
    UnsupportedEndpointType = 115,

    /// <summary>There is no such controller.</summary>
    UnknownControllerId = 116,

    /// <summary>The telemetry subscription is not known.</summary>
    UnknownSubscriptionId = 117,

    /// <summary>The telemetry exceeds what the broker takes.</summary>
    TelemetryTooLarge = 118,

    /// <summary>The broker's registration is not valid.</summary>
    InvalidRegistration = 119,

    /// <summary>The transaction cannot go on; it can be aborted.</summary>
    TransactionAbortable = 120,

    /// <summary>The record is not in a state in which it can be acknowledged.</summary>
    InvalidRecordState = 121,

    /// <summary>There is no such share session.</summary>
    ShareSessionNotFound = 122,

    /// <summary>The share session's epoch is not the next one.</summary>
    InvalidShareSessionEpoch = 123,

    /// <summary>The share group's state epoch is not the coordinator's.</summary>
    FencedStateEpoch = 124,

    /// <summary>The voter's key is not the replica's.</summary>
    InvalidVoterKey = 125,

    /// <summary>There is such a voter already.</summary>
    DuplicateVoter = 126,

    /// <summary>There is no such voter.</summary>
    VoterNotFound = 127,

    /// <summary>The regular expression is not valid.</summary>
    InvalidRegularExpression = 128,
}
