using System.IO.Compression;

namespace LogStore.Records.Codecs;

/// <summary>gzip, RFC 1952, by the runtime's own zlib.</summary>
internal sealed class GzipCodec : CompressionCodec
{
    /// <inheritdoc/>
    protected override void Compress(ReadOnlySpan<byte> source, CompressionLevel gzipLevel, PooledBuffer destination)
    {
        using var output = new PooledBufferStream(destination);
        using var gzip = new GZipStream(output, gzipLevel);
        gzip.Write(source);
    }

    /// <inheritdoc/>
    protected override void Decompress(ReadOnlyMemory<byte> compressed, PooledBuffer destination)
    {
        using var input = new ReadOnlyMemoryStream(compressed);
        using var gzip = new GZipStream(input, CompressionMode.Decompress);
        int read;
        while ((read = gzip.Read(destination.GetSpan())) > 0) destination.Advance(read);
    }
}
