using System.Buffers.Binary;
using System.Net.Sockets;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Tests;

/// <summary>One connection that sends exactly the requests it is told to, and reads the answers.</summary>
internal sealed class ProtocolClient : IAsyncDisposable
{
    private readonly TcpClient? _tcp;
    private readonly Stream _stream;
    private int _correlationId;

    /// <summary>Speaks over a stream, which it takes over.</summary>
    public ProtocolClient(Stream stream, TcpClient? tcp = null)
    {
        _tcp = tcp;
        _stream = stream;
    }

    /// <summary>The bytes, for tests that send what is no request.</summary>
    public Stream Stream => _stream;

    /// <summary>What the last request asked for.</summary>
    public ApiKey LastSent { get; private set; }

    public static async Task<ProtocolClient> ConnectAsync(int port, Func<Stream, Task<Stream>>? wrap = null)
    {
        TcpClient tcp = new() { NoDelay = true };
        await tcp.ConnectAsync("127.0.0.1", port);
        Stream stream = tcp.GetStream();
        return new ProtocolClient(wrap is null ? stream : await wrap(stream), tcp);
    }

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<TResponse> SendAsync<TResponse>(IRequest<TResponse> request, short version)
        where TResponse : IResponse, new()
    {
        int correlationId = await WriteAsync(request, version);
        return await ReadAsync<TResponse>(version, correlationId);
    }

    /// <summary>Sends a request without reading; returns its number.</summary>
    public async Task<int> WriteAsync<TResponse>(IRequest<TResponse> request, short version)
        where TResponse : IResponse, new()
    {
        using FrameBuffer buffer = new();
        int correlationId = ++_correlationId;
        LastSent = WriteRequest(buffer, (dynamic)request, version, correlationId);
        await _stream.WriteAsync(buffer.ToArray());
        await _stream.FlushAsync();
        return correlationId;
    }

    /// <summary>Reads the next answer, which must be the one to this number.</summary>
    public async Task<TResponse> ReadAsync<TResponse>(short version, int correlationId) where TResponse : IResponse, new()
    {
        byte[] frame = await ReadFrameAsync() ?? throw new EndOfStreamException("The broker closed the connection.");
        Xunit.Assert.Equal(correlationId, Responses.ReadCorrelationId(frame));
        return Responses.Read<TResponse>(frame, version);
    }

    /// <summary>Reads the next frame; null when the broker has closed.</summary>
    public async Task<byte[]?> ReadFrameAsync()
    {
        byte[] prefix = new byte[Frames.PrefixSize];
        try
        {
            if (await _stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length) return null;
            byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix)];
            await _stream.ReadExactlyAsync(frame);
            return frame;
        }
        catch (IOException exception) when (exception.InnerException is SocketException)
        {
            return null; // Reset instead of closed: there were bytes that the broker had not read.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _tcp?.Dispose();
    }

    private static ApiKey WriteRequest<TRequest>(FrameBuffer buffer, TRequest request, short version, int correlationId)
        where TRequest : IRequest
    {
        KafkaProtocol.Requests.Write(buffer, request, version, correlationId, "test");
        return TRequest.Api;
    }
}
