using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Cluster;

/// <summary>Asks which APIs and versions the broker speaks: the first request of a connection.</summary>
/// <remarks>
/// Version 1: throttle time. 3: flexible; the request names the client (KIP-511). The features that a response may
/// carry in tagged fields are neither read nor written.
/// </remarks>
public sealed class ApiVersionsRequest : IRequest<ApiVersionsResponse>
{
    /// <summary>The client library's name: letters, digits, dots and dashes (KIP-511).</summary>
    public string ClientSoftwareName = "";

    /// <summary>The client library's version.</summary>
    public string ClientSoftwareVersion = "";

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ApiVersions;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 3) codec.String(ref ClientSoftwareName);
        if (version >= 3) codec.String(ref ClientSoftwareVersion);
    }
}

/// <summary>The APIs and versions that the broker speaks.</summary>
public sealed class ApiVersionsResponse : IResponse
{
    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>The APIs and their versions.</summary>
    public ApiVersion[] ApiKeys = [];

    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ApiVersions;

    /// <summary>The answer that advertises <paramref name="apis"/>.</summary>
    public static ApiVersionsResponse Advertise(params ReadOnlySpan<ApiDescription> apis)
    {
        var versions = new ApiVersion[apis.Length];
        for (int i = 0; i < apis.Length; i++)
        {
            ref readonly ApiDescription api = ref apis[i];
            versions[i] = new() { ApiKey = api.Key, MinVersion = api.MinVersion, MaxVersion = api.MaxVersion };
        }

        return new() { ApiKeys = versions };
    }

    /// <summary>
    /// The answer to an ApiVersions request of a version not spoken here, to be written in version 0: it names the
    /// versions of this API that are, so that the client can ask again (KIP-511).
    /// </summary>
    public static ApiVersionsResponse UnsupportedVersion()
    {
        Apis.TryGet(ApiKey.ApiVersions, out ApiDescription api);
        ApiVersionsResponse response = Advertise(api);
        response.ErrorCode = ErrorCode.UnsupportedVersion;
        return response;
    }

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Enum(ref ErrorCode);
        codec.Array(ref ApiKeys, version);
        if (version >= 1) codec.Int32(ref ThrottleTimeMs);
    }

    /// <summary>An API and its versions.</summary>
    public struct ApiVersion : IWireMessage
    {
        /// <summary>The API.</summary>
        public ApiKey ApiKey;

        /// <summary>The lowest version, inclusive.</summary>
        public short MinVersion;

        /// <summary>The highest version, inclusive.</summary>
        public short MaxVersion;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ApiKey);
            codec.Int16(ref MinVersion);
            codec.Int16(ref MaxVersion);
        }
    }
}
