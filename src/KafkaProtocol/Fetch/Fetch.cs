using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Fetch;

/// <summary>Asks for records of partitions from given offsets on.</summary>
/// <remarks>
/// Version 3: limit for the whole response (KIP-74). 4: record batches of magic 2, isolation level (KIP-98). 5: log
/// start offset. 7: sessions (KIP-227). 9: leader epochs (KIP-320). 10: zstd (KIP-110). 11: racks (KIP-392). Versions 0
/// to 3 are there because clients look for them in the table.
/// </remarks>
public sealed class FetchRequest : IRequest<FetchResponse>
{
    /// <summary>The broker that follows; -1 for a client.</summary>
    public int ReplicaId = -1;

    /// <summary>How long to wait for <see cref="MinBytes"/>, in milliseconds.</summary>
    public int MaxWaitMs;

    /// <summary>How many bytes to wait for, all partitions together.</summary>
    public int MinBytes;

    /// <summary>
    /// The most bytes to answer with, all partitions together; the first batch is sent even if it is larger (KIP-74).
    /// </summary>
    public int MaxBytes = int.MaxValue;

    /// <summary>Whether records of open and aborted transactions are wanted.</summary>
    public IsolationLevel IsolationLevel;

    /// <summary>The fetch session; 0 for none (KIP-227).</summary>
    public int SessionId;

    /// <summary>The number of the request in its session: 0 asks for a new session, -1 ends it or wants none.</summary>
    public int SessionEpoch = -1;

    /// <summary>What to fetch; in a session only what has changed since the last request.</summary>
    public Topic[] Topics = [];

    /// <summary>What the session is to fetch no longer.</summary>
    public ForgottenTopic[] ForgottenTopics = [];

    /// <summary>
    /// The client's rack, so that it can be told of a replica near by (KIP-392); empty if it has none.
    /// </summary>
    public string RackId = "";

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Fetch;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ReplicaId);
        codec.Int32(ref MaxWaitMs);
        codec.Int32(ref MinBytes);
        if (version >= 3) codec.Int32(ref MaxBytes);
        if (version >= 4) codec.Enum(ref IsolationLevel);
        if (version >= 7) codec.Int32(ref SessionId);
        if (version >= 7) codec.Int32(ref SessionEpoch);
        codec.Array(ref Topics, version);
        if (version >= 7) codec.Array(ref ForgottenTopics, version);
        if (version >= 11) codec.String(ref RackId);
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

    /// <summary>A topic of which the session fetches some partitions no longer.</summary>
    public struct ForgottenTopic : IWireMessage
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

    /// <summary>A partition.</summary>
    public struct Partition : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Partition()
        {
        }

        /// <summary>The number of the partition.</summary>
        public int PartitionIndex;

        /// <summary>
        /// The leader epoch that the client believes in; the broker fences it if that is not its own (KIP-320). -1: do
        /// not check.
        /// </summary>
        public int CurrentLeaderEpoch = -1;

        /// <summary>The offset to begin at, inclusive.</summary>
        public long FetchOffset;

        /// <summary>The follower's first retained offset; -1 from a client.</summary>
        public long LogStartOffset = -1;

        /// <summary>
        /// The most bytes to answer with for this partition; a first batch that is larger is sent all the same.
        /// </summary>
        public int MaxBytes;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            if (version >= 9) codec.Int32(ref CurrentLeaderEpoch);
            codec.Int64(ref FetchOffset);
            if (version >= 5) codec.Int64(ref LogStartOffset);
            codec.Int32(ref MaxBytes);
        }
    }
}

/// <summary>Records of partitions.</summary>
public sealed class FetchResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>The fetch session that the answer belongs to; 0 for none.</summary>
    public int SessionId;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Fetch;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 1) codec.Int32(ref ThrottleTimeMs);
        if (version >= 7) codec.Enum(ref ErrorCode);
        if (version >= 7) codec.Int32(ref SessionId);
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

        /// <summary>What became of this partition.</summary>
        public ErrorCode ErrorCode;

        /// <summary>
        /// The offset below which every in-sync replica has all records; exclusive. -1 on an error.
        /// </summary>
        public long HighWatermark = -1;

        /// <summary>The offset below which every transaction has ended; exclusive. -1 if it is not known.</summary>
        public long LastStableOffset = -1;

        /// <summary>The first offset that is retained, inclusive; -1 if it is not known.</summary>
        public long LogStartOffset = -1;

        /// <summary>
        /// The transactions among the records that were aborted; null unless only committed ones were asked for.
        /// </summary>
        public AbortedTransaction[]? AbortedTransactions;

        /// <summary>The replica to fetch from henceforth; -1 for the one that answered (KIP-392).</summary>
        public int PreferredReadReplica = -1;

        /// <summary>Record batches, the last of which may be cut short.</summary>
        public RecordPayload Records;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Enum(ref ErrorCode);
            codec.Int64(ref HighWatermark);
            if (version >= 4) codec.Int64(ref LastStableOffset);
            if (version >= 5) codec.Int64(ref LogStartOffset);
            if (version >= 4) codec.NullableArray(ref AbortedTransactions, version);
            if (version >= 11) codec.Int32(ref PreferredReadReplica);
            codec.Records(ref Records);
        }
    }

    /// <summary>A transaction that was aborted.</summary>
    public struct AbortedTransaction : IWireMessage
    {
        /// <summary>The producer, by the id that InitProducerId gave it.</summary>
        public long ProducerId;

        /// <summary>The transaction's first offset in this partition.</summary>
        public long FirstOffset;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int64(ref ProducerId);
            codec.Int64(ref FirstOffset);
        }
    }
}
