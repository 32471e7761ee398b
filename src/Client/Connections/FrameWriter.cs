using System.Net.Sockets;
using System.Runtime.InteropServices;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Client.Connections;

/// <summary>Sends frames: in one gathering call where there is a bare socket, segment by segment otherwise.</summary>
internal sealed class FrameWriter(Stream stream, Socket? socket)
{
    // What the system takes in one call (IOV_MAX).
    private const int MaxSegments = 1024;

    private readonly List<ArraySegment<byte>> _segments = [];

    public async ValueTask WriteAsync(FrameBuffer frames, CancellationToken cancellationToken)
    {
        if (socket is not null)
        {
            await GatherAsync(socket, frames).ConfigureAwait(false);
            return;
        }

        foreach (FrameSegment segment in frames)
            await stream.WriteAsync(segment.Bytes, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask GatherAsync(Socket target, FrameBuffer frames)
    {
        foreach (FrameSegment segment in frames)
        {
            if (!MemoryMarshal.TryGetArray(segment.Bytes, out ArraySegment<byte> array))
                array = segment.Bytes.ToArray();
            _segments.Add(array);
            if (_segments.Count == MaxSegments) await SendAsync(target).ConfigureAwait(false);
        }

        if (_segments.Count > 0) await SendAsync(target).ConfigureAwait(false);
    }

    private async ValueTask SendAsync(Socket target)
    {
        int size = 0;
        foreach (ArraySegment<byte> segment in _segments) size += segment.Count;
        int sent = await target.SendAsync(_segments, SocketFlags.None).ConfigureAwait(false);
        _segments.Clear();
        if (sent != size) throw new IOException($"The socket took {sent} of {size} bytes.");
    }
}
