using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Produce;

/// <summary>Appends record batches to partitions.</summary>
/// <remarks>
/// Version 1: throttle time. 2: append time. 3: record batches of magic 2, transactions (KIP-98). 5: log start offset.
/// 7: zstd (KIP-110). 8: which records were refused (KIP-467). Versions 0 to 2 are there because clients look for them
/// in the table.
/// </remarks>
public sealed class ProduceRequest : IRequest<ProduceResponse>
{
    /// <summary>The transactional producer; null if it is none.</summary>
    public string? TransactionalId;

    /// <summary>When to answer: 0 never, 1 when the leader has appended, -1 when every in-sync replica has.</summary>
    public short Acks;

    /// <summary>How long to wait for the replicas, in milliseconds.</summary>
    public int TimeoutMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Produce;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 3) codec.NullableString(ref TransactionalId);
        codec.Int16(ref Acks);
        codec.Int32(ref TimeoutMs);
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

        /// <summary>One record batch; before version 3 a message set.</summary>
        public RecordPayload Records;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Records(ref Records);
        }
    }
}

/// <summary>Where the batches were appended. With acks=0 there is no such answer.</summary>
public sealed class ProduceResponse : IResponse
{
    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Produce;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Array(ref Topics, version);
        if (version >= 1) codec.Int32(ref ThrottleTimeMs);
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

        /// <summary>What became of this partition.</summary>
        public ErrorCode ErrorCode;

        /// <summary>The offset of the first record; -1 on an error.</summary>
        public long BaseOffset = -1;

        /// <summary>
        /// The time that the broker stamped on the records, in milliseconds since 1970; -1 if they keep their own.
        /// </summary>
        public long LogAppendTimeMs = -1;

        /// <summary>The first offset that is retained, inclusive; -1 if it is not known.</summary>
        public long LogStartOffset = -1;

        /// <summary>The records because of which the batch was refused (KIP-467).</summary>
        public RecordError[] RecordErrors = [];

        /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
        public string? ErrorMessage;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Enum(ref ErrorCode);
            codec.Int64(ref BaseOffset);
            if (version >= 2) codec.Int64(ref LogAppendTimeMs);
            if (version >= 5) codec.Int64(ref LogStartOffset);
            if (version >= 8) codec.Array(ref RecordErrors, version);
            if (version >= 8) codec.NullableString(ref ErrorMessage);
        }
    }

    /// <summary>A record because of which a batch was refused.</summary>
    public struct RecordError : IWireMessage
    {
        /// <summary>The position of the record in its batch, from 0.</summary>
        public int BatchIndex;

        /// <summary>What is wrong with the record; null if the partition says it.</summary>
        public string? ErrorMessage;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref BatchIndex);
            codec.NullableString(ref ErrorMessage);
        }
    }
}
