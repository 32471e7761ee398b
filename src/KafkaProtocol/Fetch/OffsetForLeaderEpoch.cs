using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Fetch;

/// <summary>
/// Asks where leader epochs end, which shows a reader whether its log was truncated (KIP-101, KIP-320).
/// </summary>
/// <remarks>Version 2: leader epoch of the client (KIP-320). 3: replica id.</remarks>
public sealed class OffsetForLeaderEpochRequest : IRequest<OffsetForLeaderEpochResponse>
{
    /// <summary>The broker that follows; -1 for a client, -2 for one that does not say.</summary>
    public int ReplicaId = -2;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.OffsetForLeaderEpoch;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 3) codec.Int32(ref ReplicaId);
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

        /// <summary>The epoch whose end is asked for.</summary>
        public int LeaderEpoch;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            if (version >= 2) codec.Int32(ref CurrentLeaderEpoch);
            codec.Int32(ref LeaderEpoch);
        }
    }
}

/// <summary>Where leader epochs end.</summary>
public sealed class OffsetForLeaderEpochResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.OffsetForLeaderEpoch;

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

        /// <summary>What became of this partition.</summary>
        public ErrorCode ErrorCode;

        /// <summary>The number of the partition.</summary>
        public int PartitionIndex;

        /// <summary>The largest epoch known that is not above the one asked for; -1 if there is none.</summary>
        public int LeaderEpoch = -1;

        /// <summary>The offset at which that epoch ends, exclusive; -1 if it is not known.</summary>
        public long EndOffset = -1;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.Int32(ref PartitionIndex);
            if (version >= 1) codec.Int32(ref LeaderEpoch);
            codec.Int64(ref EndOffset);
        }
    }
}
