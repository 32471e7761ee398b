using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Security;

/// <summary>
/// Chooses a SASL mechanism (KIP-43). Version 1 goes on in SaslAuthenticate requests, version 0 in frames without a
/// header (KIP-152).
/// </summary>
public sealed class SaslHandshakeRequest : IRequest<SaslHandshakeResponse>
{
    /// <summary>The SASL mechanism that the client wants to use.</summary>
    public string Mechanism = "";

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.SaslHandshake;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.String(ref Mechanism);
}

/// <summary>Whether the broker offers the mechanism.</summary>
public sealed class SaslHandshakeResponse : IResponse
{
    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>The SASL mechanisms that the broker offers.</summary>
    public string[] Mechanisms = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.SaslHandshake;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Enum(ref ErrorCode);
        codec.Array(ref Mechanisms);
    }
}
