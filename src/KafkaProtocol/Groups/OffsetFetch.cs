using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Asks how far a group has consumed.</summary>
/// <remarks>Version 2: all partitions, and an error for the whole. 5: leader epochs (KIP-320).</remarks>
public sealed class OffsetFetchRequest : IRequest<OffsetFetchResponse>
{
    /// <summary>The group.</summary>
    public string GroupId = "";

    /// <summary>The partitions that are asked for, by topic; null for all that the group has committed.</summary>
    public Topic[]? Topics;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.OffsetFetch;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref GroupId);
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

/// <summary>How far the group has consumed.</summary>
public sealed class OffsetFetchResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.OffsetFetch;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 3) codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Topics, version);
        if (version >= 2) codec.Enum(ref ErrorCode);
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
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Partition()
        {
        }

        /// <summary>The number of the partition.</summary>
        public int PartitionIndex;

        /// <summary>The offset of the next record to be consumed; -1 if none is committed.</summary>
        public long CommittedOffset = -1;

        /// <summary>
        /// The leader epoch of the last record consumed, for finding truncation (KIP-320); -1 if it is not known.
        /// </summary>
        public int CommittedLeaderEpoch = -1;

        /// <summary>A note that the client keeps beside the offset.</summary>
        public string? Metadata;

        /// <summary>What became of this partition.</summary>
        public ErrorCode ErrorCode;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Int64(ref CommittedOffset);
            if (version >= 5) codec.Int32(ref CommittedLeaderEpoch);
            codec.NullableString(ref Metadata);
            codec.Enum(ref ErrorCode);
        }
    }
}
