using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Transactions;

/// <summary>Asks for a producer id, and fences former producers of the same transactional id (KIP-98).</summary>
public sealed class InitProducerIdRequest : IRequest<InitProducerIdResponse>
{
    /// <summary>The transactional producer; null for one that is only idempotent.</summary>
    public string? TransactionalId;

    /// <summary>After which time the coordinator aborts a transaction, in milliseconds.</summary>
    public int TransactionTimeoutMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.InitProducerId;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.NullableString(ref TransactionalId);
        codec.Int32(ref TransactionTimeoutMs);
    }
}

/// <summary>The producer id and epoch.</summary>
public sealed class InitProducerIdResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>The producer id; -1 on an error.</summary>
    public long ProducerId = -1;

    /// <summary>The producer's epoch; -1 on an error.</summary>
    public short ProducerEpoch = -1;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.InitProducerId;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
        codec.Int64(ref ProducerId);
        codec.Int16(ref ProducerEpoch);
    }
}
