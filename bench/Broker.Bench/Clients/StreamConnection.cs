using System.Buffers.Binary;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clients;

/// <summary>A connection that speaks RabbitMQ's stream protocol, open for the default virtual host.</summary>
/// <remarks>For one thread.</remarks>
internal sealed class StreamConnection : IDisposable
{
    /// <summary>The code of what was done.</summary>
    public const short Ok = 1;

    private const ushort Answer = 0x8000;
    private const int HeaderBytes = 4; // A key and a version.

    private readonly BufferedSocket _socket;
    private int _correlation;

    public StreamConnection(int port)
    {
        _socket = new BufferedSocket(port);
        Ask(StreamCommand.PeerProperties, frame => frame.Int32(0));
        Ask(StreamCommand.SaslHandshake, _ => { });
        Ask(StreamCommand.SaslAuthenticate, frame => frame.Text("PLAIN").Block("\0guest\0guest"u8));
        // The server says what it would like, and is told the same without a heartbeat.
        ReadOnlySpan<byte> tune = Read(StreamCommand.Tune);
        int maxFrame = BinaryPrimitives.ReadInt32BigEndian(tune);
        Send(Frame.Clear().Begin(StreamCommand.Tune).Int32(maxFrame).Int32(0).End());
        Ask(StreamCommand.Open, frame => frame.Text("/"));
    }

    /// <summary>For building frames.</summary>
    public StreamFrame Frame { get; } = new();

    /// <summary>Whether a frame may be read without waiting.</summary>
    public bool HasMore => _socket.HasMore;

    public void Send(StreamFrame frame) => _socket.Send(frame.Bytes);

    /// <summary>Asks for something, with nothing else under way on this connection.</summary>
    /// <exception cref="ServerFailedException">It is refused.</exception>
    public void Ask(StreamCommand command, Action<StreamFrame> write)
    {
        short code = BinaryPrimitives.ReadInt16BigEndian(Query(command, write));
        if (code != Ok) throw new ServerFailedException($"RabbitMQ: {command} was answered with code {code}");
    }

    /// <summary>Asks for something, with nothing else under way on this connection.</summary>
    /// <returns>The answer, behind its correlation; valid until the next is read.</returns>
    public ReadOnlySpan<byte> Query(StreamCommand command, Action<StreamFrame> write)
    {
        Frame.Clear().Begin(command).Int32(++_correlation);
        write(Frame);
        Send(Frame.End());
        return Read((StreamCommand)unchecked((short)((ushort)command | Answer)))[sizeof(int)..];
    }

    /// <summary>What the next frame of a kind holds; others are passed over. Valid until the next is read.</summary>
    public ReadOnlySpan<byte> Read(StreamCommand expected)
    {
        while (true)
        {
            while (TryRead(out StreamCommand command, out ReadOnlySpan<byte> content))
            {
                if (command == expected) return content;
            }

            _socket.Receive();
        }
    }

    /// <summary>Receives what has arrived, or waits for something to.</summary>
    public void Receive() => _socket.Receive();

    /// <summary>The next frame of those that have been received whole.</summary>
    public bool TryRead(out StreamCommand command, out ReadOnlySpan<byte> content)
    {
        command = default;
        content = default;
        ReadOnlySpan<byte> received = _socket.Received;
        if (!BinaryPrimitives.TryReadInt32BigEndian(received, out int size) || received.Length - sizeof(int) < size) return false;
        command = (StreamCommand)BinaryPrimitives.ReadInt16BigEndian(received[sizeof(int)..]);
        content = received.Slice(sizeof(int) + HeaderBytes, size - HeaderBytes);
        _socket.Consume(sizeof(int) + size);
        return true;
    }

    public void Dispose() => _socket.Dispose();
}
