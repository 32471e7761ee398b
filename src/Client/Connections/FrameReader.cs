namespace LogStore.Client.Connections;

/// <summary>
/// Reads frames; small ones come out of one receive buffer, large ones go straight to their own memory.
/// </summary>
/// <remarks>Not thread-safe: one loop reads a connection.</remarks>
internal sealed class FrameReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;

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

    /// <summary>Reads the frame that has been started, from its number on, as many bytes as its size.</summary>
    public async ValueTask ReadBodyAsync(Memory<byte> frame, CancellationToken cancellationToken)
    {
        int buffered = Math.Min(_end - _start, frame.Length);
        _buffer.AsSpan(_start, buffered).CopyTo(frame.Span);
        _start += buffered;
        if (buffered < frame.Length)
            await stream.ReadExactlyAsync(frame[buffered..], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// No answer is larger than what was asked for, but a batch that exceeds the limit of a fetch comes whole.
    /// </summary>
    private const int MaxFrameBytes = 1 << 30;

    private void Compact()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }
}
