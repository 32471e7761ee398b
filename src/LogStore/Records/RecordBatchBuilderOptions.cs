using System.IO.Compression;
using LogStore.Records.Codecs;

namespace LogStore.Records;

/// <summary>What a <see cref="RecordBatchBuilder"/> builds. Every value is checked when it is set.</summary>
public sealed record RecordBatchBuilderOptions
{
    /// <summary>The largest <see cref="MaxBytes"/>: 1 GiB.</summary>
    public const int MaxMaxBytes = 1 << 30;

    /// <summary>
    /// How the records are compressed; <see cref="CompressionType.None"/> by default. All codecs but gzip need a library of the
    /// system's.
    /// </summary>
    /// <exception cref="CompressionNotSupportedException">The codec's library is not installed.</exception>
    public CompressionType Compression
    {
        get;
        init
        {
            if (!Enum.IsDefined(value)) throw new ArgumentOutOfRangeException(nameof(value), value, "Not a codec.");
            CompressionCodec.Require(value);
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
