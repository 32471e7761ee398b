using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Security;

/// <summary>Asks for a token to expire sooner (KIP-48).</summary>
public sealed class ExpireDelegationTokenRequest : IRequest<ExpireDelegationTokenResponse>
{
    /// <summary>The token's proof. A secret: never log it.</summary>
    public ReadOnlyMemory<byte> Hmac;

    /// <summary>In how long, in milliseconds; below 0 for at once.</summary>
    public long ExpiryTimePeriodMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ExpireDelegationToken;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Bytes(ref Hmac);
        codec.Int64(ref ExpiryTimePeriodMs);
    }
}

/// <summary>Until when the token is valid now.</summary>
public sealed class ExpireDelegationTokenResponse : IResponse
{
    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>When the token expires, in milliseconds since 1970.</summary>
    public long ExpiryTimestampMs;

    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ExpireDelegationToken;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Enum(ref ErrorCode);
        codec.Int64(ref ExpiryTimestampMs);
        codec.Int32(ref ThrottleTimeMs);
    }
}
