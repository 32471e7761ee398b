using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol;

/// <summary>Reads and writes requests: size, header, body.</summary>
public static class Requests
{
    /// <summary>Reads the header of a request and tells whether its body can be read.</summary>
    /// <param name="frame">The frame, without the size in front of it.</param>
    /// <param name="header">Takes the header. Without support for the request its client id is null.</param>
    /// <param name="body">The body, a slice of the frame; empty without support for the request.</param>
    /// <exception cref="MalformedMessageException">The frame ends in its header.</exception>
    public static RequestStatus ReadHeader(
        ReadOnlyMemory<byte> frame, ref RequestHeader header, out ReadOnlyMemory<byte> body)
    {
        body = default;
        var reader = new WireReader(frame, flexible: false);
        header.VisitFixed(ref reader);
        // What follows depends on the version, and so cannot be read for one that is not known.
        RequestStatus status = !Apis.TryGet(header.Api, out ApiDescription api) ? RequestStatus.UnknownApi
            : !api.Supports(header.ApiVersion) ? RequestStatus.UnsupportedVersion
            : RequestStatus.Supported;
        if (status != RequestStatus.Supported)
        {
            header.ClientId = null;
            return status;
        }

        header.VisitRest(ref reader);
        if (api.RequestHeaderVersion(header.ApiVersion) >= 2) reader.SkipTaggedFields();
        body = frame[reader.Position..];
        return RequestStatus.Supported;
    }

    /// <summary>
    /// Reads the body of a request. Byte strings and records in it are slices of <paramref name="body"/>. Bytes after
    /// its end are ignored, as Kafka ignores them.
    /// </summary>
    /// <param name="body">The body, as <see cref="ReadHeader"/> returned it.</param>
    /// <param name="version">The version that its header names.</param>
    /// <param name="maxElements">The most array elements that are accepted, all arrays together.</param>
    /// <exception cref="MalformedMessageException">The bytes are not such a request.</exception>
    public static TRequest ReadBody<TRequest>(
        ReadOnlyMemory<byte> body, short version, int maxElements = WireLimits.DefaultMaxElements)
        where TRequest : IRequest, new()
    {
        ApiDescription api = Apis.GetSupported(TRequest.Api, version);
        var reader = new WireReader(body, api.IsFlexible(version), maxElements);
        var request = new TRequest();
        reader.Message(ref request, version);
        return request;
    }

    /// <summary>Writes a request as one frame, its size in front. Nothing is written if it fails.</summary>
    /// <param name="buffer">What takes the frame; records in the request are referred to until it is cleared.</param>
    /// <param name="request">The body.</param>
    /// <param name="version">The version to encode it in, one that both sides speak.</param>
    /// <param name="correlationId">The client's number for the request.</param>
    /// <param name="clientId">The name that the client gives itself.</param>
    /// <exception cref="ArgumentException">A string or the frame is too long to be sent.</exception>
    public static void Write<TRequest>(
        FrameBuffer buffer, TRequest request, short version, int correlationId, string? clientId)
        where TRequest : IRequest
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ApiDescription api = Apis.GetSupported(TRequest.Api, version);
        var header = new RequestHeader
        {
            Api = TRequest.Api,
            ApiVersion = version,
            CorrelationId = correlationId,
            ClientId = clientId,
        };
        FrameBuffer.Mark start = buffer.BeginFrame();
        try
        {
            var plain = new WireWriter(buffer, flexible: false);
            header.VisitFixed(ref plain);
            header.VisitRest(ref plain);
            if (api.RequestHeaderVersion(version) >= 2) plain.WriteNoTaggedFields();
            new WireWriter(buffer, api.IsFlexible(version)).Message(ref request, version);
            buffer.EndFrame(start);
        }
        catch
        {
            buffer.RollBack(start);
            throw;
        }
    }
}
