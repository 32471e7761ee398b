using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Commits how far a group has consumed.</summary>
/// <remarks>
/// Version 1: groups of members. 2: retention time, until 4. 6: leader epochs (KIP-320). 7: static members (KIP-345).
/// Version 0 was for offsets outside of groups.
/// </remarks>
public sealed class OffsetCommitRequest : IRequest<OffsetCommitResponse>
{
    /// <summary>The group.</summary>
    public string GroupId = "";

    /// <summary>
    /// The group's generation, as the member knows it; -1 for offsets kept without a group of members.
    /// </summary>
    public int GenerationId = -1;

    /// <summary>The member, by the id that the coordinator gave it; empty without a group of members.</summary>
    public string MemberId = "";

    /// <summary>The name of a static member, which outlives its restarts (KIP-345); null for a dynamic one.</summary>
    public string? GroupInstanceId;

    /// <summary>How long to keep the offset, in milliseconds; -1 for the broker's setting.</summary>
    public long RetentionTimeMs = -1;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.OffsetCommit;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref GroupId);
        if (version >= 1) codec.Int32(ref GenerationId);
        if (version >= 1) codec.String(ref MemberId);
        if (version >= 7) codec.NullableString(ref GroupInstanceId);
        if (version is >= 2 and <= 4) codec.Int64(ref RetentionTimeMs);
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
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Partition()
        {
        }

        /// <summary>The number of the partition.</summary>
        public int PartitionIndex;

        /// <summary>The offset of the next record to be consumed.</summary>
        public long CommittedOffset;

        /// <summary>
        /// The leader epoch of the last record consumed, for finding truncation (KIP-320); -1 if it is not known.
        /// </summary>
        public int CommittedLeaderEpoch = -1;

        /// <summary>The time of the commit, in milliseconds since 1970; -1 for now.</summary>
        public long CommitTimestamp = -1;

        /// <summary>A note that the client keeps beside the offset.</summary>
        public string? CommittedMetadata;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Int64(ref CommittedOffset);
            if (version >= 6) codec.Int32(ref CommittedLeaderEpoch);
            if (version == 1) codec.Int64(ref CommitTimestamp);
            codec.NullableString(ref CommittedMetadata);
        }
    }
}

/// <summary>What became of each offset.</summary>
public sealed class OffsetCommitResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.OffsetCommit;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 3) codec.Int32(ref ThrottleTimeMs);
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
