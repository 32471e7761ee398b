using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Fetch;

/// <summary>Asks for the offsets at the ends of partitions, or at given times.</summary>
/// <remarks>
/// Version 0 answers with offsets of segments, 1 with one offset and its time (KIP-79). 2: isolation level. 4: leader
/// epochs (KIP-320).
/// </remarks>
public sealed class ListOffsetsRequest : IRequest<ListOffsetsResponse>
{
    /// <summary>The broker that follows; -1 for a client.</summary>
    public int ReplicaId = -1;

    /// <summary>Whether records of open and aborted transactions are wanted.</summary>
    public IsolationLevel IsolationLevel;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ListOffsets;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ReplicaId);
        if (version >= 2) codec.Enum(ref IsolationLevel);
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

        /// <summary>
        /// The leader epoch that the client believes in; the broker fences it if that is not its own (KIP-320). -1: do
        /// not check.
        /// </summary>
        public int CurrentLeaderEpoch = -1;

        /// <summary>
        /// The time looked for, in milliseconds since 1970; -1 for the log end, -2 for the log start.
        /// </summary>
        public long Timestamp;

        /// <summary>How many offsets to answer with at most.</summary>
        public int MaxNumOffsets = 1;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            if (version >= 4) codec.Int32(ref CurrentLeaderEpoch);
            codec.Int64(ref Timestamp);
            if (version == 0) codec.Int32(ref MaxNumOffsets);
        }
    }
}

/// <summary>Offsets of partitions.</summary>
public sealed class ListOffsetsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ListOffsets;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 2) codec.Int32(ref ThrottleTimeMs);
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

        /// <summary>Offsets at which segments begin, the latest first.</summary>
        public long[] Offsets = [];

        /// <summary>The time of the record that was found, in milliseconds since 1970; -1 if there is none.</summary>
        public long Timestamp = -1;

        /// <summary>The first offset whose record is not older than the time asked for; -1 if there is none.</summary>
        public long Offset = -1;

        /// <summary>The leader epoch; -1 if it is not known.</summary>
        public int LeaderEpoch = -1;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Enum(ref ErrorCode);
            if (version == 0) codec.Array(ref Offsets);
            if (version >= 1) codec.Int64(ref Timestamp);
            if (version >= 1) codec.Int64(ref Offset);
            if (version >= 4) codec.Int32(ref LeaderEpoch);
        }
    }
}
