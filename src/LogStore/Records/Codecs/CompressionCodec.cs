using System.IO.Compression;

namespace LogStore.Records.Codecs;

/// <summary>Compresses and decompresses the records of a batch. Implementations have no state and are thread-safe.</summary>
internal abstract class CompressionCodec
{
    private static readonly GzipCodec Gzip = new();
    private static readonly SnappyCodec Snappy = new();
    private static readonly Lz4Codec Lz4 = new();
    private static readonly ZstdCodec Zstd = new();

    /// <summary>The system's library that the codec is in; null where the runtime has it.</summary>
    protected virtual SystemLibrary? Library => null;

    /// <summary>Passes where batches can be compressed so.</summary>
    /// <exception cref="CompressionNotSupportedException">The codec's library is not installed.</exception>
    public static void Require(CompressionType compression)
    {
        if (compression != CompressionType.None) For(compression).Library?.Require();
    }

    /// <summary>Compresses a batch's records to the end of <paramref name="destination"/>.</summary>
    /// <param name="compression">The codec.</param>
    /// <param name="records">The records.</param>
    /// <param name="gzipLevel">What gzip trades of time for size; the others have their own defaults.</param>
    /// <param name="destination">Where it goes.</param>
    /// <exception cref="CompressionNotSupportedException">The codec's library is not installed.</exception>
    public static void Compress(
        CompressionType compression, ReadOnlySpan<byte> records, CompressionLevel gzipLevel, PooledBuffer destination)
    {
        Require(compression);
        For(compression).Compress(records, gzipLevel, destination);
    }

    /// <summary>Decompresses a batch's records into pooled memory.</summary>
    /// <param name="header">The batch's header, for its codec and for what errors say.</param>
    /// <param name="compressed">All that follows the header.</param>
    /// <param name="maxBytes">What the records may take.</param>
    /// <returns>The records; the caller disposes it.</returns>
    /// <exception cref="InvalidRecordBatchException">The bytes are malformed, or stand for too many.</exception>
    /// <exception cref="CompressionNotSupportedException">The codec's library is not installed.</exception>
    public static PooledBuffer Decompress(
        in RecordBatchHeader header, ReadOnlyMemory<byte> compressed, int maxBytes)
    {
        // Records often shrink to a third; a wrong guess costs one copy.
        var destination = new PooledBuffer((int)Math.Min(compressed.Length * 4L, int.MaxValue), maxBytes);
        try
        {
            Require(header.Compression);
            For(header.Compression).Decompress(compressed, destination);
            return destination;
        }
        catch (Exception e)
        {
            destination.Dispose();
            if (e is not InvalidDataException) throw;
            throw new InvalidRecordBatchException(
                $"The records of the batch at offset {header.BaseOffset} do not decompress as {header.Compression}: " +
                e.Message, e);
        }
    }

    /// <summary>Appends what <paramref name="compressed"/> stands for to <paramref name="destination"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are malformed, or stand for too many.</exception>
    protected abstract void Decompress(ReadOnlyMemory<byte> compressed, PooledBuffer destination);

    /// <summary>Compresses <paramref name="source"/> to the end of <paramref name="destination"/>.</summary>
    protected abstract void Compress(ReadOnlySpan<byte> source, CompressionLevel gzipLevel, PooledBuffer destination);

    private static CompressionCodec For(CompressionType compression) => compression switch
    {
        CompressionType.Gzip => Gzip,
        CompressionType.Snappy => Snappy,
        CompressionType.Lz4 => Lz4,
        CompressionType.Zstd => Zstd,
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "Not a codec."),
    };
}
