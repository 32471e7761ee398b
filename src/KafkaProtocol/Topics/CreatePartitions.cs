using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Topics;

/// <summary>Adds partitions to topics (KIP-195).</summary>
public sealed class CreatePartitionsRequest : IRequest<CreatePartitionsResponse>
{
    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <summary>How long the broker may take, in milliseconds, before it answers that the request timed out.</summary>
    public int TimeoutMs;

    /// <summary>Whether to check the request and change nothing.</summary>
    public bool ValidateOnly;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreatePartitions;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Array(ref Topics, version);
        codec.Int32(ref TimeoutMs);
        codec.Boolean(ref ValidateOnly);
    }

    /// <summary>A topic.</summary>
    public struct Topic : IWireMessage
    {
        /// <summary>The name of the topic.</summary>
        public string Name;

        /// <summary>How many partitions the topic is to have, the present ones included.</summary>
        public int Count;

        /// <summary>The replicas of each new partition; null to leave it to the broker.</summary>
        public Assignment[]? Assignments;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Int32(ref Count);
            codec.NullableArray(ref Assignments, version);
        }
    }

    /// <summary>The replicas of a partition.</summary>
    public struct Assignment : IWireMessage
    {
        /// <summary>The brokers that get a replica; the first is preferred as leader.</summary>
        public int[] BrokerIds;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version)
            where TCodec : struct, IWireCodec, allows ref struct =>
            codec.Array(ref BrokerIds);
    }
}

/// <summary>What became of each topic.</summary>
public sealed class CreatePartitionsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public Topic[] Topics = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreatePartitions;

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

        /// <summary>What became of this topic.</summary>
        public ErrorCode ErrorCode;

        /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
        public string? ErrorMessage;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Enum(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
        }
    }
}
