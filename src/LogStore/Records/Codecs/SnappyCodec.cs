using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace LogStore.Records.Codecs;

/// <summary>
/// Snappy by the system's libsnappy: one raw block, as librdkafka writes it, or the stream of blocks of snappy-java,
/// which the Java client and most others write. It writes one block, which all of them read. Source: snappy-c.h, 1.1; snappy-java's SnappyOutputStream.
/// </summary>
/// <remarks>
/// A stream is a header of 16 bytes (magic, version, lowest compatible version), then blocks, each after its length.
/// </remarks>
internal sealed class SnappyCodec : CompressionCodec
{
    private const string FileName = "libsnappy.so.1";
    private const int StreamHeaderSize = 16;

    private static readonly SystemLibrary SystemLibrary = new(CompressionType.Snappy, FileName, "libsnappy1v5");

    /// <inheritdoc/>
    protected override SystemLibrary Library => SystemLibrary;

    private static ReadOnlySpan<byte> StreamMagic =>
        [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    /// <inheritdoc/>
    protected override void Compress(ReadOnlySpan<byte> source, CompressionLevel gzipLevel, PooledBuffer destination)
    {
        Span<byte> free = destination.GetSpan((int)snappy_max_compressed_length((nuint)source.Length));
        nuint length = (nuint)free.Length;
        int status = snappy_compress(
            in MemoryMarshal.GetReference(source), (nuint)source.Length, ref MemoryMarshal.GetReference(free), ref length);
        if (status != 0) throw new InvalidOperationException($"libsnappy cannot compress: it says {status}.");
        destination.Advance((int)length);
    }

    /// <inheritdoc/>
    protected override void Decompress(ReadOnlyMemory<byte> compressed, PooledBuffer destination)
    {
        if (compressed.Span.StartsWith(StreamMagic)) DecompressStream(compressed.Span, destination);
        else DecompressBlock(compressed.Span, destination);
    }

    private static void DecompressStream(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        while (!source.IsEmpty)
        {
            // snappy-java reads streams that were put one after the other, so their headers may come again.
            if (source.StartsWith(StreamMagic))
            {
                source = Skip(source, StreamHeaderSize);
                continue;
            }

            ReadOnlySpan<byte> block = Skip(source, sizeof(int));
            int length = BinaryPrimitives.ReadInt32BigEndian(source);
            source = Skip(block, length);
            DecompressBlock(block[..length], destination);
        }
    }

    private static void DecompressBlock(ReadOnlySpan<byte> block, PooledBuffer destination)
    {
        ref readonly byte source = ref MemoryMarshal.GetReference(block);
        if (snappy_uncompressed_length(in source, (nuint)block.Length, out nuint length) != 0) ThrowMalformed();
        Span<byte> free = destination.GetSpan((int)Math.Min(length, int.MaxValue));
        nuint capacity = (nuint)free.Length;
        if (snappy_uncompress(in source, (nuint)block.Length, ref MemoryMarshal.GetReference(free), ref capacity) != 0)
            ThrowMalformed();
        destination.Advance((int)length);
    }

    private static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> source, int count)
    {
        if ((uint)count > (uint)source.Length) ThrowMalformed();
        return source[count..];
    }

    private static void ThrowMalformed() => throw new InvalidDataException("A block or its length is malformed.");

    [DllImport(FileName)]
    private static extern nuint snappy_max_compressed_length(nuint sourceLength);

    [DllImport(FileName)]
    private static extern int snappy_compress(
        in byte source, nuint sourceLength, ref byte destination, ref nuint destinationLength);

    [DllImport(FileName)]
    private static extern int snappy_uncompressed_length(in byte source, nuint sourceLength, out nuint length);

    [DllImport(FileName)]
    private static extern int snappy_uncompress(
        in byte source, nuint sourceLength, ref byte destination, ref nuint destinationLength);
}
