using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Transactions;

/// <summary>Asks which producers partitions keep state of (KIP-664).</summary>
public sealed class DescribeProducersRequest : IRequest<DescribeProducersResponse>
{
    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeProducers;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.Array(ref Topics, version);

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

/// <summary>The producers of each partition.</summary>
public sealed class DescribeProducersResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeProducers;

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

        /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
        public string? ErrorMessage;

        /// <summary>The producers that the partition keeps state of.</summary>
        public ActiveProducer[] ActiveProducers;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Enum(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Array(ref ActiveProducers, version);
        }
    }

    /// <summary>A producer that the partition keeps state of.</summary>
    public struct ActiveProducer : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public ActiveProducer()
        {
        }

        /// <summary>The producer, by the id that InitProducerId gave it.</summary>
        public long ProducerId;

        /// <summary>The producer's epoch.</summary>
        public int ProducerEpoch;

        /// <summary>The sequence number of its last record; -1 if there is none.</summary>
        public int LastSequence = -1;

        /// <summary>The time of its last record, in milliseconds since 1970; -1 if there is none.</summary>
        public long LastTimestamp = -1;

        /// <summary>The epoch of the coordinator that ended its last transaction.</summary>
        public int CoordinatorEpoch;

        /// <summary>The first offset of its open transaction; -1 if there is none.</summary>
        public long CurrentTxnStartOffset = -1;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int64(ref ProducerId);
            codec.Int32(ref ProducerEpoch);
            codec.Int32(ref LastSequence);
            codec.Int64(ref LastTimestamp);
            codec.Int32(ref CoordinatorEpoch);
            codec.Int64(ref CurrentTxnStartOffset);
        }
    }
}
