using System.Buffers.Binary;
using LogStore.Checksums;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Rdma.Staging;

/// <summary>
/// What a ring's owner lets its peer do: cumulative counters, so that each grant makes those before it good. It stands at the
/// beginning of every message that is not written to the ring; see "Staging ring" in docs/PROTOCOL.md.
/// </summary>
/// <param name="Generation">The ring's generation.</param>
/// <param name="Freed">How many bytes of the ring were freed, ever.</param>
/// <param name="Receives">How many receive work requests were posted, ever: each takes a message, or announces an entry.</param>
/// <param name="FrameCount">How many frames without payload follow in this message.</param>
internal readonly record struct StagingGrant(long Generation, long Freed, long Receives, int FrameCount)
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 40;

    private const uint Magic = 0x3147_534C; // "LSG1"
    private const int ChecksumPosition = 32;

    /// <summary>Writes the grant.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], FrameCount);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], Generation);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], Freed);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], Receives);
        BinaryPrimitives.WriteUInt32LittleEndian(
            destination[ChecksumPosition..], Crc32C.Compute(destination[..ChecksumPosition]));
        BinaryPrimitives.WriteInt32LittleEndian(destination[36..], 0);
    }

    /// <summary>Reads and checks a grant.</summary>
    /// <param name="bytes">The message.</param>
    /// <exception cref="FrameException">It is not a grant, or is damaged.</exception>
    public static StagingGrant Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size) throw new FrameException($"a message of {bytes.Length} bytes is too short for a grant");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) is var magic && magic != Magic)
            throw new FrameException($"a grant begins with 0x{magic:X8} and not with 0x{Magic:X8}");
        int frames = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (frames < 0 || frames > (bytes.Length - Size) / FrameHeader.Size)
            throw new FrameException($"a message of {bytes.Length} bytes says that it has {frames} frames");
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumPosition..]);
        uint actual = Crc32C.Compute(bytes[..ChecksumPosition]);
        if (actual != expected)
            throw new FrameException($"a grant is damaged: its checksum is 0x{actual:X8}, not 0x{expected:X8}");
        return new StagingGrant(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), frames);
    }
}
