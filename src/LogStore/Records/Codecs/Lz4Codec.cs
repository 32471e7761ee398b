using System.IO.Compression;
using System.Runtime.InteropServices;

namespace LogStore.Records.Codecs;

/// <summary>LZ4 in its frame format, by the system's liblz4. Source: lz4frame.h 1.9; LZ4 Frame Format 1.6.</summary>
internal sealed class Lz4Codec : CompressionCodec
{
    private const string FileName = "liblz4.so.1";
    private const uint FrameVersion = 100;

    private static readonly SystemLibrary SystemLibrary = new(CompressionType.Lz4, FileName, "liblz4-1");

    /// <summary>Java clients read no other frames than those whose blocks do not depend on each other.</summary>
    private static readonly Preferences Independent = new() { BlockMode = 1 };

    /// <inheritdoc/>
    protected override SystemLibrary Library => SystemLibrary;

    /// <inheritdoc/>
    protected override void Compress(ReadOnlySpan<byte> source, CompressionLevel gzipLevel, PooledBuffer destination)
    {
        Span<byte> free = destination.GetSpan((int)LZ4F_compressFrameBound((nuint)source.Length, in Independent));
        nuint written = LZ4F_compressFrame(
            ref MemoryMarshal.GetReference(free), (nuint)free.Length,
            in MemoryMarshal.GetReference(source), (nuint)source.Length,
            in Independent);
        if (LZ4F_isError(written) != 0) throw new InvalidOperationException("liblz4 cannot compress: memory is short.");
        destination.Advance((int)written);
    }

    /// <inheritdoc/>
    protected override void Decompress(ReadOnlyMemory<byte> compressed, PooledBuffer destination)
    {
        if (LZ4F_isError(LZ4F_createDecompressionContext(out nint context, FrameVersion)) != 0)
            throw new InvalidOperationException("liblz4 cannot make a decompression context: memory is short.");

        try
        {
            Decompress(context, compressed.Span, destination);
        }
        finally
        {
            _ = LZ4F_freeDecompressionContext(context);
        }
    }

    private static void Decompress(nint context, ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        nuint expected; // bytes that the frame still needs, roughly; 0 once it is complete
        do
        {
            Span<byte> free = destination.GetSpan();
            nuint produced = (nuint)free.Length;
            nuint consumed = (nuint)source.Length;
            expected = LZ4F_decompress(
                context,
                ref MemoryMarshal.GetReference(free), ref produced,
                in MemoryMarshal.GetReference(source), ref consumed,
                options: 0);
            if (LZ4F_isError(expected) != 0) throw new InvalidDataException("The frame is malformed.");
            if (produced == 0 && consumed == 0) throw new InvalidDataException("The frame is cut short.");
            destination.Advance((int)produced);
            source = source[(int)consumed..];
        }
        while (expected != 0 || !source.IsEmpty);
    }

    [DllImport(FileName)]
    private static extern nuint LZ4F_createDecompressionContext(out nint context, uint version);

    [DllImport(FileName)]
    private static extern nuint LZ4F_freeDecompressionContext(nint context);

    [DllImport(FileName)]
    private static extern nuint LZ4F_decompress(
        nint context, ref byte destination, ref nuint destinationLength,
        in byte source, ref nuint sourceLength, nint options);

    [DllImport(FileName)]
    private static extern nuint LZ4F_compressFrameBound(nuint sourceLength, in Preferences preferences);

    [DllImport(FileName)]
    private static extern nuint LZ4F_compressFrame(
        ref byte destination, nuint capacity, in byte source, nuint sourceLength, in Preferences preferences);

    [DllImport(FileName)]
    private static extern uint LZ4F_isError(nuint result);

    /// <summary>LZ4F_preferences_t: all but the blocks' mode is left at its default, 0.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 56)]
    private struct Preferences
    {
        public int BlockSize;
        public int BlockMode;
    }
}
