using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Topics;

/// <summary>Creates topics.</summary>
/// <remarks>Version 1: validation only. 4: the broker's own defaults (KIP-464).</remarks>
public sealed class CreateTopicsRequest : IRequest<CreateTopicsResponse>
{
    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <summary>How long the broker may take, in milliseconds, before it answers that the request timed out.</summary>
    public int TimeoutMs = 60000;

    /// <summary>Whether to check the request and change nothing.</summary>
    public bool ValidateOnly;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreateTopics;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Array(ref Topics, version);
        codec.Int32(ref TimeoutMs);
        if (version >= 1) codec.Boolean(ref ValidateOnly);
    }

    /// <summary>A topic.</summary>
    public struct Topic : IWireMessage
    {
        /// <summary>The name of the topic.</summary>
        public string Name;

        /// <summary>
        /// How many partitions; -1 for the broker's setting, or where <see cref="Assignments"/> says it.
        /// </summary>
        public int NumPartitions;

        /// <summary>
        /// How many replicas; -1 for the broker's setting, or where <see cref="Assignments"/> says it.
        /// </summary>
        public short ReplicationFactor;

        /// <summary>The replicas of each partition; empty to leave it to the broker.</summary>
        public Assignment[] Assignments;

        /// <summary>The settings.</summary>
        public Config[] Configs;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Int32(ref NumPartitions);
            codec.Int16(ref ReplicationFactor);
            codec.Array(ref Assignments, version);
            codec.Array(ref Configs, version);
        }
    }

    /// <summary>The replicas of a partition.</summary>
    public struct Assignment : IWireMessage
    {
        /// <summary>The number of the partition.</summary>
        public int PartitionIndex;

        /// <summary>The brokers that get a replica; the first is preferred as leader.</summary>
        public int[] BrokerIds;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Array(ref BrokerIds);
        }
    }

    /// <summary>A setting.</summary>
    public struct Config : IWireMessage
    {
        /// <summary>The setting's name.</summary>
        public string Name;

        /// <summary>Its value; null for the default.</summary>
        public string? Value;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.NullableString(ref Value);
        }
    }
}

/// <summary>What became of each topic.</summary>
public sealed class CreateTopicsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreateTopics;

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

        /// <summary>What became of this topic.</summary>
        public ErrorCode ErrorCode;

        /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
        public string? ErrorMessage;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Enum(ref ErrorCode);
            if (version >= 1) codec.NullableString(ref ErrorMessage);
        }
    }
}
