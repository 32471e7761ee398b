using System.IO.Compression;

namespace LogStore.Records;

/// <summary>What a <see cref="RecordBatchBuilder"/> builds. Every value is checked when it is set.</summary>
public sealed record RecordBatchBuilderOptions
{
    /// <summary>The largest <see cref="MaxBytes"/>: 1 GiB.</summary>
    public const int MaxMaxBytes = 1 << 30;

    /// <summary>How the records are compressed: <see cref="CompressionType.None"/>, the default, or gzip.</summary>
    public CompressionType Compression
    {
        get;
        init
        {
            if (value is not (CompressionType.None or CompressionType.Gzip))
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, "Batches are built uncompressed or with gzip; other codecs are only read.");
            field = value;
        }
    }

    /// <summary>What gzip trades of time for size.</summary>
    public CompressionLevel GzipLevel
    {
        get;
        init
        {
            if (!Enum.IsDefined(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "Not a level of gzip.");
            field = value;
        }
    } = CompressionLevel.Optimal;

    /// <summary>The largest batch, in bytes, header included, before compression. 1 MiB by default.</summary>
    public int MaxBytes
    {
        get;
        init
        {
            const int Least = RecordBatchHeader.Size + RecordBatchLayout.MinRecordBody + 1;
            ArgumentOutOfRangeException.ThrowIfLessThan(value, Least);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxMaxBytes);
            field = value;
        }
    } = 1 << 20;

    /// <summary>The memory that the builder starts with, in bytes; it grows as needed. 16 KiB by default.</summary>
    public int InitialCapacity
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxMaxBytes);
            field = value;
        }
    } = 16 << 10;
}
