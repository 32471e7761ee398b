using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Deletes a group's offsets of partitions that it no longer consumes (KIP-496).</summary>
public sealed class OffsetDeleteRequest : IRequest<OffsetDeleteResponse>
{
    /// <summary>The group.</summary>
    public string GroupId = "";

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.OffsetDelete;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref GroupId);
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

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version)
            where TCodec : struct, IWireCodec, allows ref struct =>
            codec.Int32(ref PartitionIndex);
    }
}

/// <summary>What became of each deletion.</summary>
public sealed class OffsetDeleteResponse : IResponse
{
    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.OffsetDelete;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Enum(ref ErrorCode);
        codec.Int32(ref ThrottleTimeMs);
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

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Enum(ref ErrorCode);
        }
    }
}
