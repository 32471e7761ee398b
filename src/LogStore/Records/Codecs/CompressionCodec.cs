namespace LogStore.Records.Codecs;

/// <summary>Decompresses the records of a batch. Implementations have no state and are thread-safe.</summary>
internal abstract class CompressionCodec
{
    private static readonly GzipCodec Gzip = new();
    private static readonly SnappyCodec Snappy = new();
    private static readonly Lz4Codec Lz4 = new();
    private static readonly ZstdCodec Zstd = new();

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
    /// <exception cref="CompressionNotSupportedException">The codec's library is not installed.</exception>
    protected abstract void Decompress(ReadOnlyMemory<byte> compressed, PooledBuffer destination);

    private static CompressionCodec For(CompressionType compression) => compression switch
    {
        CompressionType.Gzip => Gzip,
        CompressionType.Snappy => Snappy,
        CompressionType.Lz4 => Lz4,
        CompressionType.Zstd => Zstd,
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "Not a codec."),
    };
}
