using System.IO.Compression;
using System.Runtime.InteropServices;

namespace LogStore.Records.Codecs;

/// <summary>Zstandard, RFC 8878, by the system's libzstd. Source: zstd.h and zstd_errors.h, 1.4 and later.</summary>
internal sealed class ZstdCodec : CompressionCodec
{
    private const string FileName = "libzstd.so.1";
    private const ulong LeastSpecialContentSize = ulong.MaxValue - 1; // unknown, or no frame
    private const int DestinationTooSmall = 70;

    private const int DefaultLevel = 0;

    private static readonly SystemLibrary SystemLibrary = new(CompressionType.Zstd, FileName, "libzstd1");

    /// <inheritdoc/>
    protected override SystemLibrary Library => SystemLibrary;

    /// <inheritdoc/>
    protected override void Compress(ReadOnlySpan<byte> source, CompressionLevel gzipLevel, PooledBuffer destination)
    {
        Span<byte> free = destination.GetSpan((int)ZSTD_compressBound((nuint)source.Length));
        nuint written = ZSTD_compress(
            ref MemoryMarshal.GetReference(free), (nuint)free.Length,
            in MemoryMarshal.GetReference(source), (nuint)source.Length,
            DefaultLevel);
        if (ZSTD_isError(written) != 0) throw new InvalidOperationException("libzstd cannot compress: memory is short.");
        destination.Advance((int)written);
    }

    /// <summary>
    /// In one go rather than as a stream: a hostile frame may ask a stream decoder for a window of 128 MiB, while this
    /// takes no memory but the destination. Java's producer leaves the content's size out of the frame, so the first
    /// try may be too small; each further one has twice the room.
    /// </summary>
    protected override void Decompress(ReadOnlyMemory<byte> compressed, PooledBuffer destination)
    {
        ref readonly byte source = ref MemoryMarshal.GetReference(compressed.Span);
        nuint sourceLength = (nuint)compressed.Length;
        ulong contentSize = ZSTD_getFrameContentSize(in source, sourceLength);
        if (contentSize < LeastSpecialContentSize) destination.GetSpan((int)Math.Min(contentSize, int.MaxValue));

        while (true)
        {
            Span<byte> free = destination.GetSpan();
            nuint result = ZSTD_decompress(
                ref MemoryMarshal.GetReference(free), (nuint)free.Length, in source, sourceLength);
            if (ZSTD_isError(result) == 0)
            {
                destination.Advance((int)result);
                return;
            }

            if (ZSTD_getErrorCode(result) != DestinationTooSmall)
                throw new InvalidDataException("A frame is malformed or cut short.");
            destination.GetSpan(free.Length + 1);
        }
    }

    [DllImport(FileName)]
    private static extern nuint ZSTD_compressBound(nuint sourceLength);

    [DllImport(FileName)]
    private static extern nuint ZSTD_compress(
        ref byte destination, nuint capacity, in byte source, nuint sourceLength, int level);

    [DllImport(FileName)]
    private static extern ulong ZSTD_getFrameContentSize(in byte source, nuint sourceLength);

    [DllImport(FileName)]
    private static extern nuint ZSTD_decompress(
        ref byte destination, nuint capacity, in byte source, nuint sourceLength);

    [DllImport(FileName)]
    private static extern uint ZSTD_isError(nuint result);

    [DllImport(FileName)]
    private static extern int ZSTD_getErrorCode(nuint result);
}
