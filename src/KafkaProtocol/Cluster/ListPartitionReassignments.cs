using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Cluster;

/// <summary>Asks which replicas are on the move (KIP-455).</summary>
public sealed class ListPartitionReassignmentsRequest : IRequest<ListPartitionReassignmentsResponse>
{
    /// <summary>How long the broker may take, in milliseconds, before it answers that the request timed out.</summary>
    public int TimeoutMs = 60000;

    /// <summary>The topics that are asked for; null for all.</summary>
    public Topic[]? Topics;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ListPartitionReassignments;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref TimeoutMs);
        codec.NullableArray(ref Topics, version);
    }

    /// <summary>A topic.</summary>
    public struct Topic : IWireMessage
    {
        /// <summary>The name of the topic.</summary>
        public string Name;

        /// <summary>The numbers of the partitions.</summary>
        public int[] PartitionIndexes;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Array(ref PartitionIndexes);
        }
    }
}

/// <summary>The replicas that are on the move.</summary>
public sealed class ListPartitionReassignmentsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
    public string? ErrorMessage;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ListPartitionReassignments;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
        codec.NullableString(ref ErrorMessage);
        codec.Array(ref Topics, version);
    }

    /// <summary>A topic.</summary>
    public struct Topic : IWireMessage
    {
        /// <summary>The name of the topic.</summary>
        public string Name;

        /// <summary>The partitions of the topic.</summary>
        public Partition[] Partitions;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Array(ref Partitions, version);
        }
    }

    /// <summary>A partition.</summary>
    public struct Partition : IWireMessage
    {
        /// <summary>The number of the partition.</summary>
        public int PartitionIndex;

        /// <summary>The brokers that have, or are to have, a replica; the first is preferred as leader.</summary>
        public int[] Replicas;

        /// <summary>The brokers that are getting a replica.</summary>
        public int[] AddingReplicas;

        /// <summary>The brokers that are losing their replica.</summary>
        public int[] RemovingReplicas;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Array(ref Replicas);
            codec.Array(ref AddingReplicas);
            codec.Array(ref RemovingReplicas);
        }
    }
}
