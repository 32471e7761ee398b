using System.Buffers;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// Cuts a stream of bytes into frames, which are read where they arrived. Grows for a frame that is larger than it, and
/// shrinks again. Not thread-safe.
/// </summary>
internal sealed class ReceiveBuffer : IDisposable
{
    private readonly int _normalLength;
    private readonly int _maxPayload;
    private readonly long _generation;
    private byte[] _bytes;
    private int _begin;
    private int _end;
    private int _needed; // The length of the frame that has begun to arrive; 0 before its header is there.
    private long _sequence;

    /// <param name="length">The usual length in bytes.</param>
    /// <param name="maxPayload">The most that a payload may have, in bytes.</param>
    /// <param name="generation">The link's generation at the sender.</param>
    /// <param name="firstSequence">The number of the next frame.</param>
    public ReceiveBuffer(int length, int maxPayload, long generation, long firstSequence)
    {
        _normalLength = length;
        _maxPayload = maxPayload;
        _generation = generation;
        _sequence = firstSequence;
        _bytes = ArrayPool<byte>.Shared.Rent(length);
    }

    /// <summary>Where to receive into; never empty. What was taken before is no longer valid.</summary>
    public Span<byte> GetFree()
    {
        int rest = _end - _begin;
        int length = Math.Max(_normalLength, _needed);
        if (length > _bytes.Length || (_bytes.Length > 2 * _normalLength && length == _normalLength && rest < length))
        {
            byte[] other = ArrayPool<byte>.Shared.Rent(length);
            _bytes.AsSpan(_begin, rest).CopyTo(other);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = other;
        }
        else if (_begin > 0)
        {
            _bytes.AsSpan(_begin, rest).CopyTo(_bytes);
        }

        _begin = 0;
        _end = rest;
        return _bytes.AsSpan(_end);
    }

    /// <summary>So much was received.</summary>
    public void Received(int count) => _end += count;

    /// <summary>Takes the next frame, when all of it is there.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="payload">Its payload, valid until <see cref="GetFree"/>.</param>
    /// <exception cref="FrameException">It is not a frame, or not the one that is next.</exception>
    public bool TryTake(out FrameHeader header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        ReadOnlySpan<byte> arrived = _bytes.AsSpan(_begin, _end - _begin);
        if (arrived.Length < Math.Max(_needed, FrameHeader.Size)) return false;
        header = FrameHeader.Read(arrived, _maxPayload);
        if (header.Generation != _generation)
            throw new FrameException($"a frame is of generation {header.Generation}, the link of {_generation}");
        if (header.Sequence != _sequence)
            throw new FrameException($"frame {header.Sequence} has come where {_sequence} was next");
        _needed = header.FrameLength;
        if (arrived.Length < _needed) return false;
        payload = arrived.Slice(FrameHeader.Size, header.PayloadLength);
        _begin += _needed;
        _needed = 0;
        _sequence++;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _begin = _end = 0;
    }
}
