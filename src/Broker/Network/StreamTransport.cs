using System.Buffers;
using LogStore.KafkaProtocol.Wire;
using LogStore.Reading;

namespace LogStore.Broker.Network;

/// <summary>A connection over a stream: TLS, or a pair of pipes within the process.</summary>
internal sealed class StreamTransport(Stream stream, Action abort) : Transport
{
    /// <summary>As much as one TLS record holds, a few times.</summary>
    private const int ChunkBytes = 64 * 1024;

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        stream.ReadAsync(buffer, cancellationToken);

    public override async ValueTask SendAsync(
        FrameBuffer frames, ActivityMark progress, CancellationToken cancellationToken)
    {
        FrameBuffer.Enumerator segments = frames.GetEnumerator();
        while (segments.MoveNext())
        {
            FrameSegment segment = segments.Current;
            if (segment.Source is LogSlice slice) await SendAsync(slice, progress, cancellationToken).ConfigureAwait(false);
            else await SendAsync(segment.Bytes, progress, cancellationToken).ConfigureAwait(false);
        }

        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Abort() => abort();

    public override async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        abort();
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, ActivityMark progress, CancellationToken cancellationToken)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(bytes.Length, ChunkBytes)..])
        {
            await stream.WriteAsync(bytes[..Math.Min(bytes.Length, ChunkBytes)], cancellationToken).ConfigureAwait(false);
            progress.Touch();
        }
    }

    private async ValueTask SendAsync(LogSlice slice, ActivityMark progress, CancellationToken cancellationToken)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(Math.Min(slice.Length, ChunkBytes));
        try
        {
            for (int sent = 0; sent < slice.Length;)
            {
                int count = slice.Read(chunk, sent);
                if (count == 0) throw new IOException("the log was truncated while it was being sent");
                await stream.WriteAsync(chunk.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                progress.Touch();
                sent += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
