using System.Net.Sockets;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport.Frames;
using LogStore.Replicator.Transport.Links;
using LogStore.Replicator.Transport.Tcp;
using Xunit;

namespace LogStore.Replicator.Tests.Transport.Tcp;

/// <summary>Whatever connects to a broker's port, and behaves as the test wants.</summary>
internal sealed class HostilePeer : IDisposable
{
    private const long Generation = 77;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly SocketFrameChannel _channel;
    private long _sequence;

    public HostilePeer(TestBroker broker)
    {
        _socket.ReceiveTimeout = 10_000;
        _socket.Connect(broker.AsPeer.Host, broker.AsPeer.Port);
        _channel = new SocketFrameChannel(_socket, Generation);
    }

    /// <summary>Dials as a broker does.</summary>
    public Hello Dial(
        int brokerId, long session = 1, string clusterId = TransportNet.ClusterId, int version = Hello.CurrentVersion,
        ReadOnlyMemory<byte>? secret = null)
    {
        Hello hello = new()
        {
            BrokerId = brokerId,
            Session = session,
            ClusterId = clusterId,
            Version = version,
            Generation = Generation,
            Window = 1 << 20,
            Nonce = new byte[Hello.NonceSize],
        };
        ReadOnlyMemory<byte> key = secret ?? TransportNet.Options(brokerId).Secret;
        Hello answer = LinkHandshake.Dial(_channel, hello, key.Span, _ => null);
        _channel.Send(FrameKind.Offer, [0]);
        _channel.Receive(FrameKind.Offer);
        _sequence = _channel.SentCount;
        return answer;
    }

    /// <summary>Begins the handshake, and then says nothing more.</summary>
    public void SayHello(byte[] payload) => _channel.Send(FrameKind.Hello, payload);

    public void Send(params ReadOnlySpan<byte> bytes)
    {
        for (int sent = 0; sent < bytes.Length;) sent += _socket.Send(bytes[sent..]);
    }

    /// <summary>A frame as the link expects it next.</summary>
    public byte[] Frame(FrameKind kind, long consumed = 0, long generation = Generation, long? sequence = null)
    {
        byte[] frame = new byte[FrameHeader.Size];
        FrameHeader header = kind < FrameKind.Hello
            ? FrameHeader.Of(TestMessages.Acknowledge(0) with { Kind = (ReplicaMessageKind)kind }, 0, sequence ?? _sequence++, generation)
            : FrameHeader.Of(kind, 0, sequence ?? _sequence++, generation, consumed);
        header.Complete(frame);
        return frame;
    }

    /// <summary>Waits for the broker's next sign of life; false when the connection has ended.</summary>
    public bool TryReadHeartbeat()
    {
        byte[] frame = new byte[FrameHeader.Size];
        for (int read = 0, count; read < frame.Length; read += count)
        {
            count = _socket.Receive(frame.AsSpan(read));
            if (count == 0) return false;
        }

        Assert.Equal(FrameKind.Heartbeat, FrameHeader.Read(frame, 0).Kind);
        return true;
    }

    /// <summary>Reads until the broker closes the connection.</summary>
    public void WaitClosed()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (_socket.Receive(buffer) > 0)
            {
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
        {
            // Closed with bytes of ours unread.
        }
    }

    public void Dispose() => _socket.Dispose();
}
