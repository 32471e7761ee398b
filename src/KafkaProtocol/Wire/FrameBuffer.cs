using System.Buffers;
using System.Buffers.Binary;

namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// Where frames are written before they are sent, one after the other. What is small is copied into one pooled array;
/// records of some size are only referred to, so that a sender hands <see cref="GetEnumerator">the segments</see> to a
/// gathering write, and external ones to sendfile.
/// </summary>
/// <remarks>Meant to be kept by a connection and used again after <see cref="Clear"/>. Not thread-safe.</remarks>
public sealed class FrameBuffer : IDisposable
{
    /// <summary>
    /// The size in bytes from which records in memory are referred to: below it a copy is cheaper than a segment.
    /// </summary>
    public const int SpliceFrom = 4096;

    private const int InitialCapacity = 1024;

    /// <summary>
    /// The most bytes of its own that a buffer keeps when it is cleared: one that a large frame has grown is given back, lest
    /// every connection keeps one.
    /// </summary>
    public const int CapacityKept = 16 * 1024;

    private byte[] _bytes = [];
    private int _count;
    private SplicedRecords[] _splices = [];
    private int _spliceCount;
    private long _splicedBytes;

    /// <summary>The size of everything written, in bytes, whether it is here or referred to.</summary>
    public long Length => _count + _splicedBytes;

    /// <summary>The size of the pooled array, in bytes: what is referred to is not in it.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Whether the sender has to put bytes in.</summary>
    public bool HasExternalBytes
    {
        get
        {
            foreach (ref readonly SplicedRecords splice in _splices.AsSpan(0, _spliceCount))
                if (splice.Payload.IsExternal) return true;
            return false;
        }
    }

    /// <summary>
    /// The stretches to send, in order. They are valid until something is written, cleared or disposed.
    /// </summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        if (_bytes.Length > CapacityKept) GiveBack();
        RollBack(default);
    }

    /// <summary>Everything written, in a new array.</summary>
    /// <exception cref="InvalidOperationException">Some bytes are external.</exception>
    public byte[] ToArray()
    {
        if (HasExternalBytes)
            throw new InvalidOperationException("Some of the records are external; send them segment by segment.");

        byte[] all = new byte[Length];
        Span<byte> rest = all;
        foreach (FrameSegment segment in this)
        {
            segment.Bytes.Span.CopyTo(rest);
            rest = rest[segment.Length..];
        }

        return all;
    }

    /// <summary>Gives the memory back. What was written is gone; the buffer can be used again.</summary>
    public void Dispose()
    {
        GiveBack();
        RollBack(default);
    }

    /// <summary>Makes room for <paramref name="count"/> bytes at the end; the caller fills them all.</summary>
    internal Span<byte> Append(int count)
    {
        if (count > _bytes.Length - _count) Grow(count);
        Span<byte> room = _bytes.AsSpan(_count, count);
        _count += count;
        return room;
    }

    /// <summary>Adds records, by reference if they are external or of some size.</summary>
    internal void Splice(in RecordPayload payload)
    {
        if (payload.Length <= 0) return;
        if (!payload.IsExternal && payload.Length < SpliceFrom)
        {
            payload.Bytes.Span.CopyTo(Append(payload.Length));
            return;
        }

        if (_spliceCount == _splices.Length) Array.Resize(ref _splices, Math.Max(4, 2 * _spliceCount));
        _splices[_spliceCount++] = new(_count, payload);
        _splicedBytes += payload.Length;
    }

    /// <summary>Starts a frame: leaves room for its size.</summary>
    internal Mark BeginFrame()
    {
        var start = new Mark(_count, _spliceCount, _splicedBytes);
        Append(sizeof(int));
        return start;
    }

    /// <summary>
    /// Ends the frame that began at <paramref name="start"/>: fills in its size, which does not count itself.
    /// </summary>
    internal void EndFrame(Mark start)
    {
        long size = Length - start.Length - sizeof(int);
        if (size > int.MaxValue)
            throw new ArgumentException($"A message of {size} bytes is too large: a frame has {int.MaxValue} at most.");
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(start.Count), (int)size);
    }

    /// <summary>Takes back what was written since <paramref name="start"/>.</summary>
    internal void RollBack(Mark start)
    {
        // References are dropped, so that a buffer at rest keeps nobody's records alive.
        _splices.AsSpan(start.SpliceCount, _spliceCount - start.SpliceCount).Clear();
        (_count, _spliceCount, _splicedBytes) = (start.Count, start.SpliceCount, start.SplicedBytes);
    }

    private void Grow(int count)
    {
        int needed = checked(_count + count);
        long wanted = Math.Max(InitialCapacity, 2L * _bytes.Length);
        byte[] grown = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(wanted, needed, Array.MaxLength));
        _bytes.AsSpan(0, _count).CopyTo(grown);
        GiveBack();
        _bytes = grown;
    }

    private void GiveBack()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    /// <summary>A state to return to.</summary>
    internal readonly record struct Mark(int Count, int SpliceCount, long SplicedBytes)
    {
        public long Length => Count + SplicedBytes;
    }

    /// <summary>Records that belong before the byte at <paramref name="Position"/> of the pooled array.</summary>
    private readonly record struct SplicedRecords(int Position, RecordPayload Payload);

    /// <summary>Walks the segments of a buffer.</summary>
    public struct Enumerator
    {
        private readonly FrameBuffer _buffer;
        private int _position;
        private int _splice;

        internal Enumerator(FrameBuffer buffer) => _buffer = buffer;

        /// <summary>The segment.</summary>
        public FrameSegment Current { get; private set; }

        /// <summary>Goes to the next segment; false after the last.</summary>
        public bool MoveNext()
        {
            bool spliceLeft = _splice < _buffer._spliceCount;
            int end = spliceLeft ? _buffer._splices[_splice].Position : _buffer._count;
            if (_position < end)
            {
                Current = new(_buffer._bytes.AsMemory(_position, end - _position), null, end - _position);
                _position = end;
                return true;
            }

            if (!spliceLeft) return false;
            RecordPayload payload = _buffer._splices[_splice++].Payload;
            Current = new(payload.Bytes, payload.Source, payload.Length);
            return true;
        }
    }
}
