using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Rdma.Staging;

/// <summary>
/// The reader's side of a staging ring: admits entries in the order in which they were announced, and counts what was freed.
/// What is not exactly the entry that is next, of this ring, is refused: a peer can write what it likes, when it likes.
/// </summary>
/// <remarks>
/// One thread admits and frees; grants may be taken by others, one at a time. Knows no device, clock or memory. That an entry
/// was announced, by a completion and not by its bytes, is what says that all of it has arrived.
/// </remarks>
internal sealed class StagingReader
{
    /// <summary>A grant is due when this part of the ring, or of the receive work requests, is to be granted.</summary>
    public const int GrantsPerRing = 8;

    private readonly int _capacity;
    private readonly int _receiveDepth;
    private readonly long _generation;
    private long _position;   // Of what is admitted next, counted in bytes of the ring over all of its laps.
    private long _sequence;
    private long _freed;
    private long _receives;
    private long _grantedBytes;
    private long _grantedReceives;

    /// <param name="capacity">The ring's size in bytes: a multiple of <see cref="StagingHeader.Line"/>.</param>
    /// <param name="receiveDepth">How many receive work requests are posted to begin with: at least 2.</param>
    /// <param name="generation">The ring's generation.</param>
    public StagingReader(int capacity, int receiveDepth, long generation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, StagingWriter.MinCapacity);
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity % StagingHeader.Line, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(receiveDepth, 2);
        _capacity = capacity;
        _receiveDepth = receiveDepth;
        _generation = generation;
        _receives = _grantedReceives = receiveDepth;
    }

    /// <summary>Whether so much was freed or posted since the last grant that the peer should know.</summary>
    /// <remarks>
    /// One receive work request alone is no reason, however few there are: a grant uses one up itself, so that two ends would
    /// answer each other's grants with grants for ever.
    /// </remarks>
    public bool IsGrantDue =>
        Volatile.Read(ref _freed) - Volatile.Read(ref _grantedBytes) >= _capacity / GrantsPerRing ||
        Volatile.Read(ref _receives) - Volatile.Read(ref _grantedReceives) >= Math.Max(2, _receiveDepth / GrantsPerRing);

    /// <summary>Takes the next entry, which was announced.</summary>
    /// <param name="ring">All of the ring.</param>
    /// <param name="announced">What the announcement said.</param>
    /// <exception cref="FrameException">It is not the entry that is next: the link ends.</exception>
    public StagingEntry Admit(Span<byte> ring, uint announced)
    {
        StagingHeader header = Next(ring);
        if (header.Kind == StagingKind.Pad)
        {
            if (OffsetOf(_position) + header.Span != _capacity)
                throw new FrameException($"a pad of {header.Span} bytes does not end where the ring does");
            Advance(header);
            header = Next(ring);
            if (header.Kind == StagingKind.Pad) throw new FrameException("a pad is followed by another");
        }

        if ((uint)header.Sequence != announced)
            throw new FrameException($"entry {header.Sequence} of the ring is there where {announced} was announced");
        int offset = OffsetOf(_position) + StagingHeader.Size;
        Advance(header);
        if (_position - _freed > _capacity) throw new FrameException("the peer has written over what was not freed");
        return new StagingEntry(header.Kind, offset, header.Length, _position);
    }

    /// <summary>
    /// Frees an entry, and what is before it: nobody reads it any more. Entries are freed in the order in which they were
    /// admitted; freeing one around another would let the peer write over the other.
    /// </summary>
    public void Release(in StagingEntry entry)
    {
        if (entry.End <= _freed || entry.End > _position) ThrowOutOfOrder();
        Volatile.Write(ref _freed, entry.End); // Not before all of it was read.
    }

    /// <summary>A receive work request was posted again.</summary>
    public void CountReceive() => Volatile.Write(ref _receives, _receives + 1);

    /// <summary>Says what the peer may do from now on.</summary>
    /// <param name="frameCount">How many frames go along.</param>
    public StagingGrant TakeGrant(int frameCount)
    {
        StagingGrant grant = new(_generation, Volatile.Read(ref _freed), Volatile.Read(ref _receives), frameCount);
        Volatile.Write(ref _grantedBytes, grant.Freed);
        Volatile.Write(ref _grantedReceives, grant.Receives);
        return grant;
    }

    private StagingHeader Next(Span<byte> ring)
    {
        int offset = OffsetOf(_position);
        Span<byte> bytes = ring[offset.._capacity];
        StagingHeader header = StagingHeader.Read(bytes, bytes.Length - StagingHeader.Size);
        if (header.Generation != _generation)
            throw new FrameException($"an entry is of generation {header.Generation}, the ring of {_generation}");
        if (header.Sequence != _sequence)
            throw new FrameException($"entry {header.Sequence} of the ring has come where {_sequence} was next");
        // What was taken cannot be taken for an entry again. The sequence sees to that, too; this is cheap.
        bytes[..StagingHeader.Size].Clear();
        return header;
    }

    private void Advance(in StagingHeader header)
    {
        _position += header.Span;
        _sequence++;
    }

    private int OffsetOf(long position) => (int)(position % _capacity);

    private static void ThrowOutOfOrder() => throw new InvalidOperationException("An entry was released out of order.");
}
