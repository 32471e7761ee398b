using System.Net.Sockets;
using LogStore.KafkaProtocol.Wire;
using LogStore.Reading;

namespace LogStore.Broker.Network;

/// <summary>A plain TCP connection. Records go from the log's file to the socket within the kernel (sendfile).</summary>
internal sealed class SocketTransport : Transport
{
    /// <summary>
    /// How much is sent in one call, which says nothing of how far it is: who takes that much within
    /// <c>connection.stall.ms</c> is not taken to have stopped.
    /// </summary>
    private const int PieceBytes = 512 * 1024;

    private readonly Socket _socket;
    private readonly SocketSender _sender;

    public SocketTransport(Socket socket)
    {
        _socket = socket;
        _sender = new SocketSender(socket);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    public override async ValueTask SendAsync(
        FrameBuffer frames, ActivityMark progress, CancellationToken cancellationToken)
    {
        FrameBuffer.Enumerator segments = frames.GetEnumerator();
        if (!segments.MoveNext()) return;
        FrameSegment first = segments.Current;
        if (first.Source is null && first.Length == frames.Length)
        {
            ReadOnlyMemory<byte> rest = first.Bytes;
            while (rest.Length > 0)
            {
                int count = await _socket.SendAsync(rest[..Math.Min(rest.Length, PieceBytes)], SocketFlags.None, cancellationToken)
                    .ConfigureAwait(false);
                rest = rest[count..];
                progress.Touch();
            }

            return;
        }

        List<SendPacketsElement> packets = [];
        int room = PieceBytes;
        do
        {
            FrameSegment segment = segments.Current;
            for (int start = 0; start < segment.Length;)
            {
                int count = Math.Min(segment.Length - start, room);
                packets.Add(Packet(segment, start, count));
                start += count;
                room -= count;
                if (room > 0) continue;
                await SendAsync(packets, PieceBytes, progress).ConfigureAwait(false);
                room = PieceBytes;
            }
        }
        while (segments.MoveNext());
        if (packets.Count > 0) await SendAsync(packets, PieceBytes - room, progress).ConfigureAwait(false);
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

    private async ValueTask SendAsync(List<SendPacketsElement> packets, int bytes, ActivityMark progress)
    {
        long sent = await _sender.SendAsync(packets).ConfigureAwait(false);
        if (sent != bytes) throw new IOException("the log was truncated while it was being sent");
        packets.Clear();
        progress.Touch();
    }

    private static SendPacketsElement Packet(in FrameSegment segment, int start, int count)
    {
        if (segment.Source is not LogSlice slice) return new SendPacketsElement(segment.Bytes.Slice(start, count));
        if (slice.File is { } file) return new SendPacketsElement(file, slice.Position + start, count);
        byte[] bytes = new byte[count]; // A log on a test's file system.
        return new SendPacketsElement(bytes, 0, slice.Read(bytes, start));
    }
}
