using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Security;

/// <summary>Asks which tokens there are (KIP-48).</summary>
public sealed class DescribeDelegationTokenRequest : IRequest<DescribeDelegationTokenResponse>
{
    /// <summary>Whose tokens are asked for; null for all.</summary>
    public Owner[]? Owners;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeDelegationToken;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.NullableArray(ref Owners, version);

    /// <summary>Who owns a token.</summary>
    public struct Owner : IWireMessage
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

/// <summary>The tokens.</summary>
public sealed class DescribeDelegationTokenResponse : IResponse
{
    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>The tokens.</summary>
    public Token[] Tokens = [];

    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeDelegationToken;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Enum(ref ErrorCode);
        codec.Array(ref Tokens, version);
        codec.Int32(ref ThrottleTimeMs);
    }

    /// <summary>A token.</summary>
    public struct Token : IWireMessage
    {
        /// <summary>The kind of principal that owns it.</summary>
        public string PrincipalType;

        /// <summary>The name of its owner.</summary>
        public string PrincipalName;

        /// <summary>When it was made, in milliseconds since 1970.</summary>
        public long IssueTimestamp;

        /// <summary>When it expires, in milliseconds since 1970.</summary>
        public long ExpiryTimestamp;

        /// <summary>Until when it can be renewed, in milliseconds since 1970.</summary>
        public long MaxTimestamp;

        /// <summary>Its name.</summary>
        public string TokenId;

        /// <summary>Its proof. A secret: never log it.</summary>
        public ReadOnlyMemory<byte> Hmac;

        /// <summary>Who, beside its owner, may renew it.</summary>
        public Renewer[] Renewers;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref PrincipalType);
            codec.String(ref PrincipalName);
            codec.Int64(ref IssueTimestamp);
            codec.Int64(ref ExpiryTimestamp);
            codec.Int64(ref MaxTimestamp);
            codec.String(ref TokenId);
            codec.Bytes(ref Hmac);
            codec.Array(ref Renewers, version);
        }
    }

    /// <summary>Who may renew a token.</summary>
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
