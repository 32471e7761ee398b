using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Security;

/// <summary>Asks for a token to be valid for longer (KIP-48).</summary>
public sealed class RenewDelegationTokenRequest : IRequest<RenewDelegationTokenResponse>
{
    /// <summary>The token's proof. A secret: never log it.</summary>
    public ReadOnlyMemory<byte> Hmac;

    /// <summary>For how long from now on, in milliseconds; -1 for as long as the broker gives.</summary>
    public long RenewPeriodMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.RenewDelegationToken;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Bytes(ref Hmac);
        codec.Int64(ref RenewPeriodMs);
    }
}

/// <summary>Until when the token is valid now.</summary>
public sealed class RenewDelegationTokenResponse : IResponse
{
    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>When the token expires, in milliseconds since 1970.</summary>
    public long ExpiryTimestampMs;

    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.RenewDelegationToken;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Enum(ref ErrorCode);
        codec.Int64(ref ExpiryTimestampMs);
        codec.Int32(ref ThrottleTimeMs);
    }
}
