using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol;

/// <summary>What stands in front of every request.</summary>
/// <remarks>
/// A connection that reads each header into the same variable allocates nothing for the client id, which stays the
/// same.
/// </remarks>
public struct RequestHeader
{
    /// <summary>The API, which may be one that is not known here.</summary>
    public ApiKey Api;

    /// <summary>The version of the API that the request, and its response, are encoded in.</summary>
    public short ApiVersion;

    /// <summary>The client's number for the request; the response brings it back.</summary>
    public int CorrelationId;

    /// <summary>The name that the client gave itself, for logs and quotas; it proves nothing.</summary>
    public string? ClientId;

    /// <summary>Visits the part that every version has.</summary>
    internal void VisitFixed<TCodec>(ref TCodec codec) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Enum(ref Api);
        codec.Int16(ref ApiVersion);
        codec.Int32(ref CorrelationId);
    }

    /// <summary>Visits the rest. The client id has its plain form even in flexible versions (KIP-482).</summary>
    internal void VisitRest<TCodec>(ref TCodec plainCodec) where TCodec : struct, IWireCodec, allows ref struct =>
        plainCodec.NullableString(ref ClientId);
}
