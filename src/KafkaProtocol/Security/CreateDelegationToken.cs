using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Security;

/// <summary>Asks for a token by which others can authenticate as the one who asks (KIP-48).</summary>
public sealed class CreateDelegationTokenRequest : IRequest<CreateDelegationTokenResponse>
{
    /// <summary>Who, beside its owner, may renew the token.</summary>
    public Renewer[] Renewers = [];

    /// <summary>For how long it can be valid at most, in milliseconds; -1 for as long as the broker gives.</summary>
    public long MaxLifetimeMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreateDelegationToken;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Array(ref Renewers, version);
        codec.Int64(ref MaxLifetimeMs);
    }

    /// <summary>Who may renew the token.</summary>
    public struct Renewer : IWireMessage
    {
        /// <summary>The kind of principal, as in User.</summary>
        public string PrincipalType;

        /// <summary>The principal's name.</summary>
        public string PrincipalName;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref PrincipalType);
            codec.String(ref PrincipalName);
        }
    }
}

/// <summary>The token.</summary>
public sealed class CreateDelegationTokenResponse : IResponse
{
    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>The kind of principal that owns the token.</summary>
    public string PrincipalType = "";

    /// <summary>The name of the token's owner.</summary>
    public string PrincipalName = "";

    /// <summary>When the token was made, in milliseconds since 1970.</summary>
    public long IssueTimestampMs;

    /// <summary>When the token expires, in milliseconds since 1970.</summary>
    public long ExpiryTimestampMs;

    /// <summary>Until when it can be renewed, in milliseconds since 1970.</summary>
    public long MaxTimestampMs;

    /// <summary>The token's name.</summary>
    public string TokenId = "";

    /// <summary>The token's proof. A secret: never log it.</summary>
    public ReadOnlyMemory<byte> Hmac;

    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreateDelegationToken;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Enum(ref ErrorCode);
        codec.String(ref PrincipalType);
        codec.String(ref PrincipalName);
        codec.Int64(ref IssueTimestampMs);
        codec.Int64(ref ExpiryTimestampMs);
        codec.Int64(ref MaxTimestampMs);
        codec.String(ref TokenId);
        codec.Bytes(ref Hmac);
        codec.Int32(ref ThrottleTimeMs);
    }
}
