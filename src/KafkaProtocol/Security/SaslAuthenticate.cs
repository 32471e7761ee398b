using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Security;

/// <summary>Carries the client's messages of a SASL mechanism (KIP-152).</summary>
/// <remarks>Version 1: session lifetime (KIP-368).</remarks>
public sealed class SaslAuthenticateRequest : IRequest<SaslAuthenticateResponse>
{
    /// <summary>The client's next message in the mechanism's own format. A secret: never log it.</summary>
    public ReadOnlyMemory<byte> AuthBytes;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.SaslAuthenticate;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.Bytes(ref AuthBytes);
}

/// <summary>Carries the broker's messages of a SASL mechanism.</summary>
public sealed class SaslAuthenticateResponse : IResponse
{
    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
    public string? ErrorMessage;

    /// <summary>The broker's next message in the mechanism's own format.</summary>
    public ReadOnlyMemory<byte> AuthBytes;

    /// <summary>
    /// After which time the client has to authenticate again, in milliseconds; 0 for never (KIP-368).
    /// </summary>
    public long SessionLifetimeMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.SaslAuthenticate;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Enum(ref ErrorCode);
        codec.NullableString(ref ErrorMessage);
        codec.Bytes(ref AuthBytes);
        if (version >= 1) codec.Int64(ref SessionLifetimeMs);
    }
}
