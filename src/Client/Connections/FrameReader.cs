using System.Buffers;

namespace LogStore.Client.Connections;

/// <summary>
/// Reads frames; small ones come out of one receive buffer, large ones go straight to their own memory.
/// </summary>
/// <remarks>Not thread-safe: one loop reads a connection.</remarks>
internal sealed class FrameReader(Stream stream)
{
    /// <summary>As much as a fetch asks of one partition: most frames come in one piece.</summary>
    private const int FirstFrameBytes = 1 << 20;

    private readonly byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;
    private int _largest = FirstFrameBytes;

    /// <summary>Reads the next frame's size and number; false at the end of the stream.</summary>
    public async ValueTask<(int Size, int CorrelationId)?> ReadStartAsync(CancellationToken cancellationToken)
    {
        const int Needed = Frames.PrefixSize + sizeof(int);
        while (_end - _start < Needed)
        {
            if (_start > 0) Compact();
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return _end == _start ? null : throw new EndOfStreamException("The connection ended within an answer.");
            _end += read;
        }

        Frames.TryReadSize(_buffer.AsSpan(_start, Needed), MaxFrameBytes, out int size);
        int correlationId = Responses.ReadCorrelationId(_buffer.AsSpan(_start + Frames.PrefixSize, Math.Min(4, size)));
        _start += Frames.PrefixSize;
        return (size, correlationId);
    }

    /// <summary>
    /// Reads the frame that has been started, from its number on, as many bytes as its size. What the size says is believed
    /// only as far as bytes have come: a frame gets room for what the broker has sent before, and more as it fills.
    /// </summary>
    /// <returns>An array that begins with the frame; one of the shared pool, which may be longer, if it is to be pooled.</returns>
    public async ValueTask<byte[]> ReadBodyAsync(int size, bool pooled, CancellationToken cancellationToken)
    {
        byte[] frame = Allocate(Math.Min(size, _largest), pooled);
        int count = Math.Min(_end - _start, size);
        _buffer.AsSpan(_start, count).CopyTo(frame);
        _start += count;
        while (count < size)
        {
            if (count == frame.Length) frame = Grow(frame, size, pooled);
            int room = Math.Min(size, frame.Length);
            await stream.ReadExactlyAsync(frame.AsMemory(count..room), cancellationToken).ConfigureAwait(false);
            count = room;
        }

        _largest = Math.Max(_largest, size);
        return frame;
    }

    /// <summary>
    /// No answer is larger than what was asked for, but a batch that exceeds the limit of a fetch comes whole.
    /// </summary>
    private const int MaxFrameBytes = 1 << 30;

    private static byte[] Allocate(int bytes, bool pooled) => pooled ? ArrayPool<byte>.Shared.Rent(bytes) : new byte[bytes];

    private static byte[] Grow(byte[] frame, int size, bool pooled)
    {
        byte[] larger = Allocate((int)Math.Min(size, 2L * frame.Length), pooled);
        frame.CopyTo(larger, 0);
        if (pooled) ArrayPool<byte>.Shared.Return(frame);
        return larger;
    }

    private void Compact()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }
}
