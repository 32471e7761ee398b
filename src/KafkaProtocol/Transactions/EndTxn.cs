using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Transactions;

/// <summary>Commits or aborts a transaction (KIP-98).</summary>
public sealed class EndTxnRequest : IRequest<EndTxnResponse>
{
    /// <summary>The name under which a transactional producer is known across its restarts.</summary>
    public string TransactionalId = "";

    /// <summary>The producer, by the id that InitProducerId gave it.</summary>
    public long ProducerId;

    /// <summary>The epoch that tells incarnations of the same producer id apart.</summary>
    public short ProducerEpoch;

    /// <summary>Whether the transaction is committed; otherwise it is aborted.</summary>
    public bool Committed;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.EndTxn;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref TransactionalId);
        codec.Int64(ref ProducerId);
        codec.Int16(ref ProducerEpoch);
        codec.Boolean(ref Committed);
    }
}

/// <summary>What became of it.</summary>
public sealed class EndTxnResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.EndTxn;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
    }
}
