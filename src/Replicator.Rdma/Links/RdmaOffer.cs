using System.Buffers.Binary;
using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Rdma.Verbs;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Rdma.Links;

/// <summary>
/// What an end of a link must know of the other to write to its ring; see "RDMA offer" in docs/PROTOCOL.md, which must change
/// with this.
/// </summary>
/// <param name="Generation">The ring's generation.</param>
/// <param name="QueuePair">The queue pair, and the port that it is on.</param>
/// <param name="Mtu">The largest packet that the port takes.</param>
/// <param name="Ring">Where the ring begins. Behind its end there is the word that signs of life are written to.</param>
/// <param name="RingBytes">The ring's size in bytes.</param>
/// <param name="ReceiveDepth">How many receive work requests are posted.</param>
/// <param name="MessageBytes">The longest message that a receive takes, in bytes.</param>
internal readonly record struct RdmaOffer(
    long Generation, QueuePairAddress QueuePair, PathMtu Mtu, RemoteSegment Ring, int RingBytes, int ReceiveDepth,
    int MessageBytes)
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 76;

    private const int Version = 1;
    private const int MaxRing = 1 << 30;

    /// <summary>The bytes to send.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), QueuePair.Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), Ring.Address);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), Ring.Key);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), RingBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(32), ReceiveDepth);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(36), MessageBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), QueuePair.PacketSequenceNumber);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(44), (int)Mtu);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(48), QueuePair.LocalId);
        Convert.FromHexString(QueuePair.Gid.ToHex()).CopyTo(bytes, 52);
        return bytes;
    }

    /// <summary>Reads and checks what the other end has sent.</summary>
    /// <exception cref="FrameException">It is no offer, of another version, or out of bounds.</exception>
    public static RdmaOffer Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(int)) throw new FrameException("an RDMA offer is too short for a version");
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (version != Version) throw new FrameException($"the peer offers version {version} of RDMA, this broker {Version}");
        if (bytes.Length != Size) throw new FrameException($"an RDMA offer has {bytes.Length} bytes, not {Size}");
        RdmaOffer offer = new(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            new QueuePairAddress(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]),
                new Gid(bytes.Slice(52, Gid.Length)), (ushort)BinaryPrimitives.ReadInt32LittleEndian(bytes[48..])),
            (PathMtu)BinaryPrimitives.ReadInt32LittleEndian(bytes[44..]),
            new RemoteSegment(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..])),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[36..]));
        bool isSound = offer.RingBytes is >= RdmaLinkLayout.MinRing and <= MaxRing &&
            offer.RingBytes % StagingHeader.Line == 0 && offer.ReceiveDepth is >= RdmaLinkLayout.MinReceives and <= 1 << 16 &&
            offer.MessageBytes >= RdmaLinkLayout.MessageBytes &&
            offer.Mtu is >= PathMtu.Bytes256 and <= PathMtu.Bytes4096;
        return isSound ? offer : throw new FrameException($"the peer makes an RDMA offer that is out of bounds: {offer}");
    }
}
