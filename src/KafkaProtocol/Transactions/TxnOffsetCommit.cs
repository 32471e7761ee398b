using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Transactions;

/// <summary>Commits, as part of a transaction, how far a group has consumed (KIP-98).</summary>
/// <remarks>Version 2: leader epochs (KIP-320).</remarks>
public sealed class TxnOffsetCommitRequest : IRequest<TxnOffsetCommitResponse>
{
    /// <summary>The name under which a transactional producer is known across its restarts.</summary>
    public string TransactionalId = "";

    /// <summary>The group.</summary>
    public string GroupId = "";

    /// <summary>The producer, by the id that InitProducerId gave it.</summary>
    public long ProducerId;

    /// <summary>The epoch that tells incarnations of the same producer id apart.</summary>
    public short ProducerEpoch;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.TxnOffsetCommit;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref TransactionalId);
        codec.String(ref GroupId);
        codec.Int64(ref ProducerId);
        codec.Int16(ref ProducerEpoch);
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

        /// <summary>A note that the client keeps beside the offset.</summary>
        public string? CommittedMetadata;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Int64(ref CommittedOffset);
            if (version >= 2) codec.Int32(ref CommittedLeaderEpoch);
            codec.NullableString(ref CommittedMetadata);
        }
    }
}

/// <summary>What became of each offset.</summary>
public sealed class TxnOffsetCommitResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.TxnOffsetCommit;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
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
