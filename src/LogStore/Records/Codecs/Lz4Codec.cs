using System.Runtime.InteropServices;

namespace LogStore.Records.Codecs;

/// <summary>LZ4 in its frame format, by the system's liblz4. Source: lz4frame.h 1.9; LZ4 Frame Format 1.6.</summary>
internal sealed class Lz4Codec : CompressionCodec
{
    private const string FileName = "liblz4.so.1";
    private const uint FrameVersion = 100;

    private static readonly SystemLibrary Library = new(CompressionType.Lz4, FileName, "liblz4-1");

    /// <inheritdoc/>
    protected override void Decompress(ReadOnlyMemory<byte> compressed, PooledBuffer destination)
    {
        Library.Require();
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
    private static extern uint LZ4F_isError(nuint result);
}
