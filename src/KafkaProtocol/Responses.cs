using System.Buffers.Binary;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol;

/// <summary>Reads and writes responses: size, header, body.</summary>
public static class Responses
{
    /// <summary>
    /// Reads the number of the request that a response answers. It tells the client which API and version to read on
    /// in.
    /// </summary>
    /// <param name="frame">The frame, without the size in front of it.</param>
    /// <exception cref="MalformedMessageException">The frame is too short.</exception>
    public static int ReadCorrelationId(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.TryReadInt32BigEndian(frame, out int correlationId)
            ? correlationId
            : throw new MalformedMessageException("it ends too early", 0);

    /// <summary>
    /// Reads a response. Byte strings and records in it are slices of <paramref name="frame"/>. Bytes after its end are
    /// ignored, as Kafka's clients ignore them.
    /// </summary>
    /// <param name="frame">The frame, without the size in front of it.</param>
    /// <param name="version">The version that the request had.</param>
    /// <param name="maxElements">The most array elements that are accepted, all arrays together.</param>
    /// <exception cref="MalformedMessageException">The bytes are not such a response.</exception>
    public static TResponse Read<TResponse>(
        ReadOnlyMemory<byte> frame, short version, int maxElements = WireLimits.DefaultMaxElements)
        where TResponse : IResponse, new()
    {
        ApiDescription api = Apis.GetSupported(TResponse.Api, version);
        var reader = new WireReader(frame, api.IsFlexible(version), maxElements);
        int correlationId = 0;
        reader.Int32(ref correlationId);
        if (api.ResponseHeaderVersion(version) >= 1) reader.SkipTaggedFields();
        var response = new TResponse();
        reader.Message(ref response, version);
        return response;
    }

    /// <summary>Writes a response as one frame, its size in front. Nothing is written if it fails.</summary>
    /// <param name="buffer">What takes the frame; records in the response are referred to until it is cleared.</param>
    /// <param name="response">The body.</param>
    /// <param name="version">The version that the request had.</param>
    /// <param name="correlationId">The number that the request had.</param>
    /// <exception cref="ArgumentException">A string or the frame is too long to be sent.</exception>
    public static void Write<TResponse>(FrameBuffer buffer, TResponse response, short version, int correlationId)
        where TResponse : IResponse
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ApiDescription api = Apis.GetSupported(TResponse.Api, version);
        FrameBuffer.Mark start = buffer.BeginFrame();
        try
        {
            var writer = new WireWriter(buffer, api.IsFlexible(version));
            writer.Int32(ref correlationId);
            if (api.ResponseHeaderVersion(version) >= 1) writer.WriteNoTaggedFields();
            writer.Message(ref response, version);
            buffer.EndFrame(start);
        }
        catch
        {
            buffer.RollBack(start);
            throw;
        }
    }
}
