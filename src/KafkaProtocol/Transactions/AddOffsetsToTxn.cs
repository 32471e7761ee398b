using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Transactions;

/// <summary>Makes a group's offsets part of a transaction (KIP-98).</summary>
public sealed class AddOffsetsToTxnRequest : IRequest<AddOffsetsToTxnResponse>
{
    /// <summary>The name under which a transactional producer is known across its restarts.</summary>
    public string TransactionalId = "";

    /// <summary>The producer, by the id that InitProducerId gave it.</summary>
    public long ProducerId;

    /// <summary>The epoch that tells incarnations of the same producer id apart.</summary>
    public short ProducerEpoch;

    /// <summary>The group whose offsets become part of the transaction.</summary>
    public string GroupId = "";

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.AddOffsetsToTxn;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref TransactionalId);
        codec.Int64(ref ProducerId);
        codec.Int16(ref ProducerEpoch);
        codec.String(ref GroupId);
    }
}

/// <summary>What became of it.</summary>
public sealed class AddOffsetsToTxnResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.AddOffsetsToTxn;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
    }
}
