using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Cluster;

/// <summary>Has leaders elected, the preferred ones or, at the price of data, any (KIP-183, KIP-460).</summary>
/// <remarks>Version 1: kind of election (KIP-460).</remarks>
public sealed class ElectLeadersRequest : IRequest<ElectLeadersResponse>
{
    /// <summary>Which replica may be elected.</summary>
    public ElectionType ElectionType;

    /// <summary>The partitions, by topic; null for all.</summary>
    public Topic[]? Topics;

    /// <summary>How long the broker may take, in milliseconds, before it answers that the request timed out.</summary>
    public int TimeoutMs = 60000;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ElectLeaders;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 1) codec.Enum(ref ElectionType);
        codec.NullableArray(ref Topics, version);
        codec.Int32(ref TimeoutMs);
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

/// <summary>What became of each election.</summary>
public sealed class ElectLeadersResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ElectLeaders;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        if (version >= 1) codec.Enum(ref ErrorCode);
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

        /// <summary>What became of this partition.</summary>
        public ErrorCode ErrorCode;

        /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
        public string? ErrorMessage;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Enum(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
        }
    }
}
