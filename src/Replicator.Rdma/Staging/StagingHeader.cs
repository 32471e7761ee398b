using System.Buffers.Binary;
using LogStore.Checksums;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Rdma.Staging;

/// <summary>
/// What stands before each entry of a staging ring: 32 bytes, little endian. See "Staging ring" in docs/PROTOCOL.md, which
/// must change with this.
/// </summary>
/// <remarks>
/// An entry is the header, the content, and whatever is left of its last line. It begins on a line of its own, so that a
/// pad's header always fits behind the last entry, and no two entries share what a processor writes at a time.
/// </remarks>
/// <param name="Kind">What the entry is.</param>
/// <param name="Sequence">Its number among those of its ring, from 0, without gaps: that of an earlier lap is lower.</param>
/// <param name="Generation">The ring's generation: that of an earlier ring is another.</param>
/// <param name="Length">The content's length in bytes, without what is left of the last line.</param>
internal readonly record struct StagingHeader(StagingKind Kind, long Sequence, long Generation, int Length)
{
    /// <summary>The header's length in bytes.</summary>
    public const int Size = 32;

    /// <summary>Entries begin and end at multiples of this many bytes.</summary>
    public const int Line = 64;

    private const uint Magic = 0x3153_534C; // "LSS1"
    private const int ChecksumPosition = 28;

    /// <summary>The bytes that the whole entry takes of its ring.</summary>
    public int Span => SpanOf(Length);

    /// <summary>The bytes of a ring that an entry with such a content takes.</summary>
    public static int SpanOf(int contentLength) => (Size + contentLength + Line - 1) & -Line;

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], Generation);
        BinaryPrimitives.WriteInt32LittleEndian(destination[24..], (int)Kind); // One byte, and three that are 0.
        BinaryPrimitives.WriteUInt32LittleEndian(
            destination[ChecksumPosition..], Crc32C.Compute(destination[..ChecksumPosition]));
    }

    /// <summary>Copies a header out of a ring, and checks the copy.</summary>
    /// <param name="bytes">At least <see cref="Size"/>, which the peer can still change.</param>
    /// <param name="maxLength">The most that a content may have here, in bytes.</param>
    /// <exception cref="FrameException">It is not a header, is damaged, or has a length that is out of bounds.</exception>
    public static StagingHeader Read(ReadOnlySpan<byte> bytes, int maxLength)
    {
        Span<byte> copy = stackalloc byte[Size];
        bytes[..Size].CopyTo(copy);
        if (BinaryPrimitives.ReadUInt32LittleEndian(copy) is var magic && magic != Magic)
            throw new FrameException($"an entry of the ring begins with 0x{magic:X8} and not with 0x{Magic:X8}");
        int length = BinaryPrimitives.ReadInt32LittleEndian(copy[4..]);
        if (length < 0 || length > maxLength)
            throw new FrameException($"an entry of the ring says that it has {length} bytes; {maxLength} are allowed");
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(copy[ChecksumPosition..]);
        uint actual = Crc32C.Compute(copy[..ChecksumPosition]);
        if (actual != expected)
            throw new FrameException($"an entry's header is damaged: its checksum is 0x{actual:X8}, not 0x{expected:X8}");
        int kind = BinaryPrimitives.ReadInt32LittleEndian(copy[24..]);
        if (kind is < (int)StagingKind.Frame or > (int)StagingKind.Pad)
            throw new FrameException($"an entry of the ring is of unknown kind {kind}");
        return new StagingHeader(
            (StagingKind)kind, BinaryPrimitives.ReadInt64LittleEndian(copy[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(copy[16..]), length);
    }
}
