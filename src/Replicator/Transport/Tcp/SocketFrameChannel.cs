using System.Net.Sockets;
using System.Text;
using LogStore.Replicator.Transport.Frames;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>The handshake's frames, read one by one, so that nothing is read that belongs to the link.</summary>
internal sealed class SocketFrameChannel(Socket socket, long generation) : IFrameChannel
{
    private readonly byte[] _header = new byte[FrameHeader.Size];
    private long _sent;
    private long _received;

    /// <summary>How many frames were sent.</summary>
    public long SentCount => _sent;

    /// <summary>How many frames were received.</summary>
    public long ReceivedCount => _received;

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.LengthOf(payload.Length)];
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        FrameHeader.Of(kind, payload.Length, _sent++, generation).Complete(frame);
        for (int sent = 0; sent < frame.Length;) sent += socket.Send(frame.AsSpan(sent));
    }

    public byte[] Receive(FrameKind kind)
    {
        Fill(_header);
        FrameHeader header = FrameHeader.Read(_header, Hello.MaxPayload);
        if (header.Sequence != _received++) throw new FrameException($"frame {header.Sequence} does not begin a link");
        byte[] payload = new byte[header.FrameLength - FrameHeader.Size];
        Fill(payload);
        Array.Resize(ref payload, header.PayloadLength);
        if (header.Kind == kind) return payload;
        throw new FrameException(header.Kind == FrameKind.Refusal
            ? $"the peer has refused: {Encoding.UTF8.GetString(payload)}"
            : $"the peer sent {header.Kind} where {kind} was next");
    }

    private void Fill(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = socket.Receive(bytes);
            if (count == 0) throw new SocketException((int)SocketError.ConnectionReset);
            bytes = bytes[count..];
        }
    }
}
