using System.Buffers.Binary;
using System.Text;

namespace LogStore.Replicator.Transport.Frames;

/// <summary>What an end of a link says of itself, first of all.</summary>
internal sealed record Hello
{
    /// <summary>The version of frames and handshake that this code speaks; there is no other yet.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The length of <see cref="Nonce"/> in bytes.</summary>
    public const int NonceSize = 32;

    /// <summary>The longest id of a cluster, in bytes of UTF-8.</summary>
    public const int MaxClusterId = 256;

    private const int FixedSize = 4 + 4 + 8 + 8 + 8 + NonceSize + 4;

    /// <summary>The longest payload of any frame before the link is up.</summary>
    public const int MaxPayload = FixedSize + MaxClusterId;

    /// <summary>The version that the sender speaks. It comes first in all versions.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The sender's number.</summary>
    public required int BrokerId { get; init; }

    /// <summary>The number of the sender's registration.</summary>
    public required long Session { get; init; }

    /// <summary>The link's generation at the sender.</summary>
    public required long Generation { get; init; }

    /// <summary>How many bytes of replica frames the sender takes beyond those that it says it has consumed.</summary>
    public required long Window { get; init; }

    /// <summary>Random, and never used twice: what the other side proves that it knows the secret with.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>The cluster that the sender belongs to.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The payload of the frame.</summary>
    public byte[] Encode()
    {
        byte[] cluster = Encoding.UTF8.GetBytes(ClusterId);
        byte[] bytes = new byte[FixedSize + cluster.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), BrokerId);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Session);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Generation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Window);
        Nonce.Span.CopyTo(bytes.AsSpan(32, NonceSize));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(64), cluster.Length);
        cluster.CopyTo(bytes.AsSpan(FixedSize));
        return bytes;
    }

    /// <summary>Reads the payload of a frame.</summary>
    /// <exception cref="FrameException">It is malformed, or of a version that is not spoken here.</exception>
    public static Hello Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(int)) throw new FrameException("a hello is too short for a version");
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (version != CurrentVersion)
            throw new FrameException($"the peer speaks version {version} of replication, this broker {CurrentVersion}");
        if (bytes.Length < FixedSize ||
            BinaryPrimitives.ReadInt32LittleEndian(bytes[64..]) != bytes.Length - FixedSize)
            throw new FrameException($"a hello of {bytes.Length} bytes is malformed");
        return new Hello
        {
            Version = version,
            BrokerId = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            Session = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            Generation = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            Window = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            Nonce = bytes.Slice(32, NonceSize).ToArray(),
            ClusterId = Encoding.UTF8.GetString(bytes[FixedSize..]),
        };
    }
}
