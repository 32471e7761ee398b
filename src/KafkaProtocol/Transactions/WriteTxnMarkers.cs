using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Transactions;

/// <summary>Tells the partitions of transactions how they ended; sent by coordinators only (KIP-98).</summary>
public sealed class WriteTxnMarkersRequest : IRequest<WriteTxnMarkersResponse>
{
    /// <summary>The transactions that have ended.</summary>
    public Marker[] Markers = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.WriteTxnMarkers;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.Array(ref Markers, version);

    /// <summary>A transaction that has ended.</summary>
    public struct Marker : IWireMessage
    {
        /// <summary>The producer, by the id that InitProducerId gave it.</summary>
        public long ProducerId;

        /// <summary>The epoch that tells incarnations of the same producer id apart.</summary>
        public short ProducerEpoch;

        /// <summary>Whether the transaction is committed; otherwise it is aborted.</summary>
        public bool Committed;

        /// <summary>The topics.</summary>
        public Topic[] Topics;

        /// <summary>The epoch of the coordinator, so that a former one is fenced.</summary>
        public int CoordinatorEpoch;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int64(ref ProducerId);
            codec.Int16(ref ProducerEpoch);
            codec.Boolean(ref Committed);
            codec.Array(ref Topics, version);
            codec.Int32(ref CoordinatorEpoch);
        }
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

/// <summary>What became of each marker.</summary>
public sealed class WriteTxnMarkersResponse : IResponse
{
    /// <summary>The transactions that have ended.</summary>
    public Marker[] Markers = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.WriteTxnMarkers;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.Array(ref Markers, version);

    /// <summary>A transaction that has ended.</summary>
    public struct Marker : IWireMessage
    {
        /// <summary>The producer, by the id that InitProducerId gave it.</summary>
        public long ProducerId;

        /// <summary>The topics.</summary>
        public Topic[] Topics;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int64(ref ProducerId);
            codec.Array(ref Topics, version);
        }
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
