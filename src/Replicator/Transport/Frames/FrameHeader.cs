using System.Buffers.Binary;
using LogStore.Checksums;
using LogStore.Replicator.Protocol;

namespace LogStore.Replicator.Transport.Frames;

/// <summary>
/// What stands before each frame's payload: 112 bytes, little endian, since that is what both ends' processors read without
/// a detour. See "Replication frames" in docs/PROTOCOL.md, which must change with this.
/// </summary>
/// <remarks>
/// A frame is the header, the payload, and zeros up to a multiple of 8 bytes. The payload has no checksum of its own here:
/// each batch brings one, which is verified before the batch is appended.
/// </remarks>
internal readonly record struct FrameHeader
{
    /// <summary>The header's length in bytes.</summary>
    public const int Size = 112;

    /// <summary>Frames begin and end at multiples of this many bytes.</summary>
    public const int Alignment = 8;

    private const uint Magic = 0x3152_534C; // "LSR1"
    private const int ChecksumPosition = 108;

    /// <summary>What the frame carries.</summary>
    public FrameKind Kind { get; init; }

    /// <summary>The frame's number among those of its sender on this link, from 0.</summary>
    public long Sequence { get; init; }

    /// <summary>The link's generation at the sender.</summary>
    public long Generation { get; init; }

    /// <summary>The payload's length in bytes.</summary>
    public int PayloadLength { get; init; }

    /// <summary>The message; for the link's own frames what it says is 0, but for <see cref="Consumed"/>.</summary>
    public ReplicaMessage Message { get; init; }

    /// <summary>
    /// Heartbeat, Credit: how many bytes of replica frames the sender has consumed on this link, ever. BetterWay: 1 or 0.
    /// </summary>
    public long Consumed => Message.EndOffset;

    /// <summary>Whether it carries a message between replicas, and not one between the ends of the link.</summary>
    public bool IsReplicaMessage => Kind < FrameKind.Hello;

    /// <summary>The whole frame's length in bytes.</summary>
    public int FrameLength => LengthOf(PayloadLength);

    /// <summary>The length in bytes of a frame with such a payload.</summary>
    public static int LengthOf(int payloadLength) => Size + ((payloadLength + Alignment - 1) & -Alignment);

    /// <summary>The header of a message between replicas.</summary>
    public static FrameHeader Of(in ReplicaMessage message, int payloadLength, long sequence, long generation) => new()
    {
        Kind = (FrameKind)message.Kind,
        Message = message,
        PayloadLength = payloadLength,
        Sequence = sequence,
        Generation = generation,
    };

    /// <summary>The header of one of the link's own frames.</summary>
    public static FrameHeader Of(
        FrameKind kind, int payloadLength, long sequence, long generation, long consumed = 0) => new()
        {
            Kind = kind,
            Message = new ReplicaMessage { EndOffset = consumed },
            PayloadLength = payloadLength,
            Sequence = sequence,
            Generation = generation,
        };

    /// <summary>Writes the header, and the zeros behind the payload that <paramref name="frame"/> holds already.</summary>
    /// <param name="frame">Exactly the frame.</param>
    public void Complete(Span<byte> frame)
    {
        frame[(Size + PayloadLength)..FrameLength].Clear();
        frame = frame[..Size];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], FrameLength);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(frame[16..], Generation);
        Message.Partition.Topic.TryWriteBytes(frame[24..], bigEndian: true, out _); // As it is written: RFC 9562.
        BinaryPrimitives.WriteInt32LittleEndian(frame[40..], Message.Partition.Index);
        BinaryPrimitives.WriteInt32LittleEndian(frame[44..], (int)Kind); // One byte, and three that are 0.
        BinaryPrimitives.WriteInt32LittleEndian(frame[48..], Message.LeaderEpoch);
        BinaryPrimitives.WriteInt32LittleEndian(frame[52..], Message.LastEpoch);
        BinaryPrimitives.WriteInt64LittleEndian(frame[56..], Message.Session);
        BinaryPrimitives.WriteInt64LittleEndian(frame[64..], Message.StartOffset);
        BinaryPrimitives.WriteInt64LittleEndian(frame[72..], Message.EndOffset);
        BinaryPrimitives.WriteInt64LittleEndian(frame[80..], Message.FlushedOffset);
        BinaryPrimitives.WriteInt64LittleEndian(frame[88..], Message.HighWatermark);
        BinaryPrimitives.WriteInt64LittleEndian(frame[96..], Message.LogStartOffset);
        BinaryPrimitives.WriteInt32LittleEndian(frame[104..], PayloadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[ChecksumPosition..], Crc32C.Compute(frame[..ChecksumPosition]));
    }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="bytes">At least <see cref="Size"/>, which whoever wrote them may still be changing.</param>
    /// <param name="maxPayload">The most that a payload may have, in bytes.</param>
    /// <exception cref="FrameException">It is not a header, is damaged, or has a length that is out of bounds.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes, int maxPayload)
    {
        // With RDMA the peer can write to the ring at any time, so what is checked must be what is used afterwards.
        Span<byte> copy = stackalloc byte[Size];
        bytes[..Size].CopyTo(copy);
        if (BinaryPrimitives.ReadUInt32LittleEndian(copy) is var magic && magic != Magic)
            throw new FrameException($"a frame begins with 0x{magic:X8} and not with 0x{Magic:X8}: this is not a replica");
        int payloadLength = BinaryPrimitives.ReadInt32LittleEndian(copy[104..]);
        if (payloadLength < 0 || payloadLength > maxPayload)
            throw new FrameException($"a frame says that it has {payloadLength} bytes of payload; {maxPayload} are allowed");
        int frameLength = BinaryPrimitives.ReadInt32LittleEndian(copy[4..]);
        if (frameLength != LengthOf(payloadLength))
            throw new FrameException($"a frame of {payloadLength} bytes of payload says that it has {frameLength} in all");
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(copy[ChecksumPosition..]);
        uint actual = Crc32C.Compute(copy[..ChecksumPosition]);
        if (actual != expected)
            throw new FrameException($"a frame's header is damaged: its checksum is 0x{actual:X8}, not 0x{expected:X8}");
        int kind = BinaryPrimitives.ReadInt32LittleEndian(copy[44..]);
        if (!IsKnown(kind)) throw new FrameException($"a frame is of unknown kind {kind}");
        return new FrameHeader
        {
            Kind = (FrameKind)kind,
            PayloadLength = payloadLength,
            Sequence = BinaryPrimitives.ReadInt64LittleEndian(copy[8..]),
            Generation = BinaryPrimitives.ReadInt64LittleEndian(copy[16..]),
            Message = ReadMessage((ReplicaMessageKind)kind, copy),
        };
    }

    private static bool IsKnown(int kind) =>
        kind is (>= (int)ReplicaMessageKind.Follow and <= (int)ReplicaMessageKind.Lead)
            or (>= (int)FrameKind.Hello and <= (int)FrameKind.BetterWay);

    private static ReplicaMessage ReadMessage(ReplicaMessageKind kind, ReadOnlySpan<byte> header)
    {
        PartitionId partition = new(
            new Guid(header.Slice(24, 16), bigEndian: true), BinaryPrimitives.ReadInt32LittleEndian(header[40..]));
        return new ReplicaMessage(
            kind, partition, BinaryPrimitives.ReadInt32LittleEndian(header[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[56..]))
        {
            LastEpoch = BinaryPrimitives.ReadInt32LittleEndian(header[52..]),
            StartOffset = BinaryPrimitives.ReadInt64LittleEndian(header[64..]),
            EndOffset = BinaryPrimitives.ReadInt64LittleEndian(header[72..]),
            FlushedOffset = BinaryPrimitives.ReadInt64LittleEndian(header[80..]),
            HighWatermark = BinaryPrimitives.ReadInt64LittleEndian(header[88..]),
            LogStartOffset = BinaryPrimitives.ReadInt64LittleEndian(header[96..]),
        };
    }
}
