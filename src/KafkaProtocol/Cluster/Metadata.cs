using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Cluster;

/// <summary>Asks for the brokers, and for topics with the leaders of their partitions.</summary>
/// <remarks>
/// Version 1: racks, controller. 2: cluster id. 4: whether to create topics. 5: offline replicas. 7: leader epochs
/// (KIP-320). 8: authorized operations (KIP-430). 10: topic ids (KIP-516).
/// </remarks>
public sealed class MetadataRequest : IRequest<MetadataResponse>
{
    /// <summary>The topics that are asked for; null for all, and in version 0 an empty array for all.</summary>
    public Topic[]? Topics;

    /// <summary>Whether a topic that does not exist may be created, if the broker does so at all.</summary>
    public bool AllowAutoTopicCreation = true;

    /// <summary>Whether to say what the principal may do with the cluster.</summary>
    public bool IncludeClusterAuthorizedOperations;

    /// <summary>Whether to say what the principal may do with each topic.</summary>
    public bool IncludeTopicAuthorizedOperations;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Metadata;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.NullableArray(ref Topics, version);
        if (version >= 4) codec.Boolean(ref AllowAutoTopicCreation);
        if (version >= 8) codec.Boolean(ref IncludeClusterAuthorizedOperations);
        if (version >= 8) codec.Boolean(ref IncludeTopicAuthorizedOperations);
    }

    /// <summary>A topic.</summary>
    public struct Topic : IWireMessage
    {
        /// <summary>The topic's id, to ask by it; empty to ask by the name.</summary>
        public Guid TopicId;

        /// <summary>The name of the topic; null to ask by the id.</summary>
        public string? Name;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            if (version >= 10)
            {
                codec.Uuid(ref TopicId);
                codec.NullableString(ref Name);
                return;
            }

            string name = Name ?? "";
            codec.String(ref name);
            Name = name;
        }
    }
}

/// <summary>The brokers, and topics with the leaders of their partitions.</summary>
public sealed class MetadataResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The brokers that can be connected to.</summary>
    public Broker[] Brokers = [];

    /// <summary>The cluster's id.</summary>
    public string? ClusterId;

    /// <summary>The broker that changes topics are sent to; -1 if there is none.</summary>
    public int ControllerId = -1;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <summary>
    /// What the principal may do with the cluster, as a set of bits (KIP-430): see <see cref="AclOperations"/>.
    /// </summary>
    public int ClusterAuthorizedOperations = AclOperations.NotAsked;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Metadata;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 3) codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Brokers, version);
        if (version >= 2) codec.NullableString(ref ClusterId);
        if (version >= 1) codec.Int32(ref ControllerId);
        codec.Array(ref Topics, version);
        if (version >= 8) codec.Int32(ref ClusterAuthorizedOperations);
    }

    /// <summary>A broker.</summary>
    public struct Broker : IWireMessage
    {
        /// <summary>The broker's id.</summary>
        public int NodeId;

        /// <summary>The host name or address to connect to.</summary>
        public string Host;

        /// <summary>The port to connect to.</summary>
        public int Port;

        /// <summary>The broker's rack; null if it has none.</summary>
        public string? Rack;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref NodeId);
            codec.String(ref Host);
            codec.Int32(ref Port);
            if (version >= 1) codec.NullableString(ref Rack);
        }
    }

    /// <summary>A topic.</summary>
    public struct Topic : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Topic()
        {
        }

        /// <summary>What became of this topic.</summary>
        public ErrorCode ErrorCode;

        /// <summary>The name of the topic.</summary>
        public string Name = "";

        /// <summary>The topic's id, which no other topic gets; empty if it is not known.</summary>
        public Guid TopicId;

        /// <summary>Whether the topic is the broker's own, as <c>__consumer_offsets</c> is.</summary>
        public bool IsInternal;

        /// <summary>The partitions of the topic.</summary>
        public Partition[] Partitions = [];

        /// <summary>
        /// What the principal may do with the topic, as a set of bits (KIP-430): see <see cref="AclOperations"/>.
        /// </summary>
        public int TopicAuthorizedOperations = AclOperations.NotAsked;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.String(ref Name);
            if (version >= 10) codec.Uuid(ref TopicId);
            if (version >= 1) codec.Boolean(ref IsInternal);
            codec.Array(ref Partitions, version);
            if (version >= 8) codec.Int32(ref TopicAuthorizedOperations);
        }
    }

    /// <summary>A partition.</summary>
    public struct Partition : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Partition()
        {
        }

        /// <summary>What became of this partition.</summary>
        public ErrorCode ErrorCode;

        /// <summary>The number of the partition.</summary>
        public int PartitionIndex;

        /// <summary>The leader; -1 if there is none.</summary>
        public int LeaderId = -1;

        /// <summary>The leader epoch; -1 if it is not known.</summary>
        public int LeaderEpoch = -1;

        /// <summary>All brokers that have a replica.</summary>
        public int[] ReplicaNodes = [];

        /// <summary>The brokers whose replica is in sync.</summary>
        public int[] IsrNodes = [];

        /// <summary>The brokers that have a replica and are not up.</summary>
        public int[] OfflineReplicas = [];

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.Int32(ref PartitionIndex);
            codec.Int32(ref LeaderId);
            if (version >= 7) codec.Int32(ref LeaderEpoch);
            codec.Array(ref ReplicaNodes);
            codec.Array(ref IsrNodes);
            if (version >= 5) codec.Array(ref OfflineReplicas);
        }
    }
}
