namespace LogStore.Replicator.Rdma.Staging;

/// <summary>
/// The writer's side of a staging ring: where in the peer's ring the next entry goes, and whether it may go. Entries are built
/// in memory of the same size at the same offsets, so that one position says for both what is free: bytes that the peer has
/// freed, and that the device has done with.
/// </summary>
/// <remarks>Not thread-safe. Knows no device, clock or memory: it computes positions, and writes headers where it is told.</remarks>
internal sealed class StagingWriter
{
    /// <summary>The least capacity of a ring, in bytes.</summary>
    public const int MinCapacity = 64 * StagingHeader.Line;

    private readonly int _capacity;
    private readonly int _receiveDepth;
    private readonly long _generation;
    private long _written;    // Positions count bytes of the ring, over all of its laps.
    private long _freed;
    private long _completed;
    private long _sequence;
    private long _messages;   // What has used up a receive work request of the peer, or will.
    private long _receives;

    /// <param name="capacity">The size of the peer's ring in bytes: a multiple of <see cref="StagingHeader.Line"/>.</param>
    /// <param name="receiveDepth">How many receive work requests the peer has posted to begin with.</param>
    /// <param name="generation">The generation of the peer's ring.</param>
    public StagingWriter(int capacity, int receiveDepth, long generation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, MinCapacity);
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity % StagingHeader.Line, 0);
        _capacity = capacity;
        _receives = _receiveDepth = receiveDepth;
        _generation = generation;
    }

    /// <summary>The longest content of an entry, in bytes: with a pad before it, it fits a ring that is half empty.</summary>
    public int MaxContent => MaxContentOf(_capacity);

    /// <summary>How many bytes were written and not freed yet, as far as is known here.</summary>
    public long Outstanding => _written - Math.Min(_freed, _completed);

    /// <summary>How many more messages the peer can take.</summary>
    public long ReceivesLeft => _receives - _messages;

    /// <summary>The longest content of an entry in a ring of so many bytes.</summary>
    public static int MaxContentOf(int capacity) => (capacity / 4 / StagingHeader.Line * StagingHeader.Line) - StagingHeader.Size;

    /// <summary>Whether an entry may be written.</summary>
    /// <param name="contentLength">The most that its content may have, in bytes.</param>
    /// <param name="receivesToLeave">How many receive work requests of the peer are to be left over.</param>
    public bool HasRoom(int contentLength, int receivesToLeave) =>
        contentLength <= MaxContent && ReceivesLeft > receivesToLeave &&
        Outstanding + PadBefore(contentLength) + StagingHeader.SpanOf(contentLength) <= _capacity;

    /// <summary>Where the content of the next entry is to be put, after <see cref="HasRoom"/>.</summary>
    public int PlaceOf(int contentLength) => OffsetOf(_written + PadBefore(contentLength)) + StagingHeader.Size;

    /// <summary>Takes the next entry, whose content is in its place.</summary>
    /// <param name="memory">Memory as large as the ring.</param>
    /// <param name="kind">What the entry is.</param>
    /// <param name="placedLength">What <see cref="PlaceOf"/> was asked for.</param>
    /// <param name="length">The content's length in bytes, at most that.</param>
    /// <returns>What is to be written to the peer's ring now.</returns>
    public StagingWrite Commit(Span<byte> memory, StagingKind kind, int placedLength, int length)
    {
        int pad = PadBefore(placedLength);
        int padOffset = -1;
        if (pad > 0)
        {
            padOffset = OffsetOf(_written);
            new StagingHeader(StagingKind.Pad, _sequence++, _generation, pad - StagingHeader.Size).WriteTo(memory[padOffset..]);
            _written += pad;
        }

        int offset = OffsetOf(_written);
        StagingHeader header = new(kind, _sequence++, _generation, length);
        header.WriteTo(memory[offset..]);
        _written += header.Span;
        _messages++;
        return new StagingWrite(padOffset, offset, StagingHeader.Size + length, (uint)header.Sequence, _written);
    }

    /// <summary>Counts a message that goes past the ring.</summary>
    public void CountMessage() => _messages++;

    /// <summary>The device has done with all up to the end of an entry.</summary>
    public void Complete(long end)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, _written);
        _completed = Math.Max(_completed, end);
    }

    /// <summary>Takes the peer's word for what it has freed and posted.</summary>
    /// <returns>False: that cannot be.</returns>
    public bool TryTake(in StagingGrant grant)
    {
        if (grant.Generation != _generation || grant.Freed < _freed || grant.Freed > _written) return false;
        // What was posted again was used up by a message before.
        if (grant.Receives < _receives || grant.Receives - _receiveDepth > _messages) return false;
        _freed = grant.Freed;
        _receives = grant.Receives;
        return true;
    }

    private int OffsetOf(long position) => (int)(position % _capacity);

    // An entry is never split at the ring's end.
    private int PadBefore(int contentLength)
    {
        int rest = _capacity - OffsetOf(_written);
        return StagingHeader.SpanOf(contentLength) <= rest ? 0 : rest;
    }
}
