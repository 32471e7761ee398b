using System.Buffers;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Rdma.Staging;

/// <summary>
/// Makes frames of the entries of a ring. One that lies in one entry is read where it is; the pieces of a longer one are put
/// together first. Not thread-safe.
/// </summary>
/// <param name="maxPayload">The most that a payload may have, in bytes.</param>
internal sealed class FrameAssembler(int maxPayload) : IDisposable
{
    private byte[] _pieces = [];
    private int _length;
    private int _expected; // The length of the frame that has begun; 0 for none.

    /// <summary>Takes the content of an entry.</summary>
    /// <param name="kind">What the entry is.</param>
    /// <param name="content">Its content.</param>
    /// <param name="header">The frame's header.</param>
    /// <param name="payload">The frame's payload: part of the content, or valid until the next call.</param>
    /// <returns>False: the frame goes on in the next entry.</returns>
    /// <exception cref="FrameException">It is not a frame, or not what belongs to the one that has begun.</exception>
    public bool TryTake(StagingKind kind, ReadOnlySpan<byte> content, out FrameHeader header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        ReadOnlySpan<byte> frame = content;
        if (_expected == 0) Dispose(); // Of what the last call has returned: long frames are rare.
        if (_expected > 0 || kind == StagingKind.Piece)
        {
            Add(content);
            if (kind == StagingKind.Piece) return false;
            frame = _pieces.AsSpan(0, _length);
            _expected = 0;
        }

        header = ReadHeader(frame);
        if (header.FrameLength != frame.Length)
            throw new FrameException($"a frame of {header.FrameLength} bytes came as {frame.Length}");
        payload = frame.Slice(FrameHeader.Size, header.PayloadLength);
        return true;
    }

    public void Dispose()
    {
        if (_pieces.Length > 0) ArrayPool<byte>.Shared.Return(_pieces);
        _pieces = [];
    }

    private FrameHeader ReadHeader(ReadOnlySpan<byte> bytes) => bytes.Length >= FrameHeader.Size
        ? FrameHeader.Read(bytes, maxPayload)
        : throw new FrameException($"{bytes.Length} bytes are too few for a frame");

    private void Add(ReadOnlySpan<byte> content)
    {
        if (_expected == 0)
        {
            // The first piece says how long the frame is; that is checked before memory is taken for it.
            _expected = ReadHeader(content).FrameLength;
            _length = 0;
            _pieces = ArrayPool<byte>.Shared.Rent(_expected);
        }

        if (content.Length > _expected - _length)
            throw new FrameException($"the pieces of a frame of {_expected} bytes are longer than it");
        content.CopyTo(_pieces.AsSpan(_length));
        _length += content.Length;
    }
}
