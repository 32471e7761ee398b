using System.Net.Sockets;
using LogStore.KafkaProtocol.Wire;
using LogStore.Reading;

namespace LogStore.Broker.Network;

/// <summary>A plain TCP connection. Records go from the log's file to the socket within the kernel (sendfile).</summary>
internal sealed class SocketTransport : Transport
{
    private readonly Socket _socket;
    private readonly SocketSender _sender;

    public SocketTransport(Socket socket)
    {
        _socket = socket;
        _sender = new SocketSender(socket);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    public override async ValueTask SendAsync(FrameBuffer frames, CancellationToken cancellationToken)
    {
        FrameBuffer.Enumerator segments = frames.GetEnumerator();
        if (!segments.MoveNext()) return;
        FrameSegment first = segments.Current;
        if (first.Source is null && first.Length == frames.Length)
        {
            ReadOnlyMemory<byte> rest = first.Bytes;
            while (rest.Length > 0)
            {
                int count = await _socket.SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false);
                rest = rest[count..];
            }

            return;
        }

        List<SendPacketsElement> packets = [];
        do packets.Add(Packet(segments.Current));
        while (segments.MoveNext());
        long sent = await _sender.SendAsync(packets).ConfigureAwait(false);
        if (sent != frames.Length) throw new IOException("the log was truncated while it was being sent");
    }

    public override void Abort() => _socket.Dispose();

    public override ValueTask DisposeAsync()
    {
        if (_socket.Connected)
        {
            try
            {
                _socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The other side was faster, or whoever ended the connection.
            }
        }

        _socket.Dispose();
        _sender.Dispose();
        return ValueTask.CompletedTask;
    }

    private static SendPacketsElement Packet(in FrameSegment segment)
    {
        if (segment.Source is not LogSlice slice) return new SendPacketsElement(segment.Bytes);
        if (slice.File is { } file) return new SendPacketsElement(file, slice.Position, slice.Length);
        byte[] bytes = new byte[slice.Length]; // A log on a test's file system.
        return new SendPacketsElement(bytes, 0, slice.Read(bytes, 0));
    }
}
