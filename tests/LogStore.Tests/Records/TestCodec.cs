using System.IO.Compression;
using System.Runtime.InteropServices;
using LogStore.Records;
using LogStore.Records.Codecs;
using Xunit;

namespace LogStore.Tests.Records;

/// <summary>Compresses as producers do, through the same libraries that the product reads with.</summary>
internal static class TestCodec
{
    public static readonly TheoryData<CompressionType> All =
        [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    public static void SkipUnlessInstalled(CompressionType compression)
    {
        (string file, string package) = compression switch
        {
            CompressionType.Snappy => ("libsnappy.so.1", "libsnappy1v5"),
            CompressionType.Lz4 => ("liblz4.so.1", "liblz4-1"),
            CompressionType.Zstd => ("libzstd.so.1", "libzstd1"),
            _ => ("", ""),
        };
        if (file.Length == 0) return;
        Assert.SkipUnless(new SystemLibrary(compression, file, package).IsPresent, $"{package} is not installed");
    }

    public static byte[] Compress(CompressionType compression, byte[] source) => compression switch
    {
        CompressionType.Gzip => Gzip(source),
        CompressionType.Snappy => Snappy(source),
        CompressionType.Lz4 => Lz4(source),
        CompressionType.Zstd => Zstd(source),
        _ => source,
    };

    private static byte[] Gzip(byte[] source)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest)) gzip.Write(source);
        return output.ToArray();
    }

    private static byte[] Snappy(byte[] source)
    {
        nuint length = snappy_max_compressed_length((nuint)source.Length);
        byte[] destination = new byte[length];
        Assert.Equal(0, snappy_compress(source, (nuint)source.Length, destination, ref length));
        return destination[..(int)length];
    }

    private static byte[] Lz4(byte[] source)
    {
        nuint bound = LZ4F_compressFrameBound((nuint)source.Length, 0);
        byte[] destination = new byte[bound];
        return destination[..(int)LZ4F_compressFrame(destination, bound, source, (nuint)source.Length, 0)];
    }

    private static byte[] Zstd(byte[] source)
    {
        nuint bound = ZSTD_compressBound((nuint)source.Length);
        byte[] destination = new byte[bound];
        return destination[..(int)ZSTD_compress(destination, bound, source, (nuint)source.Length, 3)];
    }

    [DllImport("libsnappy.so.1")]
    private static extern nuint snappy_max_compressed_length(nuint length);

    [DllImport("libsnappy.so.1")]
    private static extern int snappy_compress(byte[] source, nuint sourceLength, byte[] destination, ref nuint length);

    [DllImport("liblz4.so.1")]
    private static extern nuint LZ4F_compressFrameBound(nuint length, nint preferences);

    [DllImport("liblz4.so.1")]
    private static extern nuint LZ4F_compressFrame(
        byte[] destination, nuint capacity, byte[] source, nuint sourceLength, nint preferences);

    [DllImport("libzstd.so.1")]
    private static extern nuint ZSTD_compressBound(nuint length);

    [DllImport("libzstd.so.1")]
    private static extern nuint ZSTD_compress(
        byte[] destination, nuint capacity, byte[] source, nuint sourceLength, int level);
}
