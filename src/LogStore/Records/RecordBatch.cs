using LogStore.Records.Codecs;

namespace LogStore.Records;

/// <summary>A batch of records: the unit of writing, replicating, checking and reading.</summary>
/// <remarks>
/// Its header and checksum are known to be right; its records are checked as they are read. It is a view over memory
/// that somebody else owns and must not change; <see cref="Copy"/> gives one that lasts. Thread-safe to read.
/// </remarks>
public readonly struct RecordBatch
{
    /// <summary>What compressed records may take when decompressed, unless said otherwise: 64 MiB.</summary>
    public const int DefaultMaxDecompressedBytes = 64 << 20;

    private readonly RecordBatchHeader _header;

    private RecordBatch(ReadOnlyMemory<byte> bytes, in RecordBatchHeader header)
    {
        Bytes = bytes;
        _header = header;
    }

    /// <summary>The whole batch, exactly <see cref="SizeInBytes"/> long.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The header, as it was when the batch was made.</summary>
    public RecordBatchHeader Header => _header;

    /// <inheritdoc cref="RecordBatchHeader.BaseOffset"/>
    public long BaseOffset => _header.BaseOffset;

    /// <inheritdoc cref="RecordBatchHeader.LastOffset"/>
    public long LastOffset => _header.LastOffset;

    /// <inheritdoc cref="RecordBatchHeader.NextOffset"/>
    public long NextOffset => _header.NextOffset;

    /// <inheritdoc cref="RecordBatchHeader.LeaderEpoch"/>
    public int LeaderEpoch => _header.LeaderEpoch;

    /// <inheritdoc cref="RecordBatchHeader.SizeInBytes"/>
    public int SizeInBytes => _header.SizeInBytes;

    /// <inheritdoc cref="RecordBatchHeader.RecordCount"/>
    public int RecordCount => _header.RecordCount;

    /// <inheritdoc cref="RecordBatchHeader.MaxTimestamp"/>
    public long MaxTimestamp => _header.MaxTimestamp;

    /// <inheritdoc cref="RecordBatchHeader.TimestampType"/>
    public TimestampType TimestampType => _header.TimestampType;

    /// <inheritdoc cref="RecordBatchHeader.Compression"/>
    public CompressionType Compression => _header.Compression;

    /// <inheritdoc cref="RecordBatchHeader.IsTransactional"/>
    public bool IsTransactional => _header.IsTransactional;

    /// <inheritdoc cref="RecordBatchHeader.IsControl"/>
    public bool IsControl => _header.IsControl;

    /// <inheritdoc cref="RecordBatchHeader.HasProducerId"/>
    public bool HasProducerId => _header.HasProducerId;

    /// <inheritdoc cref="RecordBatchHeader.ProducerId"/>
    public long ProducerId => _header.ProducerId;

    /// <inheritdoc cref="RecordBatchHeader.ProducerEpoch"/>
    public short ProducerEpoch => _header.ProducerEpoch;

    /// <inheritdoc cref="RecordBatchHeader.BaseSequence"/>
    public int BaseSequence => _header.BaseSequence;

    /// <inheritdoc cref="RecordBatchHeader.LastSequence"/>
    public int LastSequence => _header.LastSequence;

    /// <summary>Takes the first batch of <paramref name="bytes"/> and checks its header and checksum.</summary>
    /// <param name="bytes">Memory that starts with a batch, which becomes a view of it; it stays the caller's.</param>
    /// <exception cref="InvalidRecordBatchException">The bytes do not start with a valid batch.</exception>
    public static RecordBatch Parse(ReadOnlyMemory<byte> bytes)
    {
        BatchStatus status = RecordBatchHeader.Validate(bytes.Span, out RecordBatchHeader header);
        if (status != BatchStatus.Valid) InvalidBatch.ThrowStatus(status, bytes.Span, header);
        return new RecordBatch(bytes[..header.SizeInBytes], header);
    }

    /// <summary>As <see cref="Parse"/>, for bytes that may well be no batch.</summary>
    /// <returns>Whether the bytes start with a valid batch.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out RecordBatch batch)
    {
        bool valid = RecordBatchHeader.Validate(bytes.Span, out RecordBatchHeader header) == BatchStatus.Valid;
        batch = valid ? new RecordBatch(bytes[..header.SizeInBytes], header) : default;
        return valid;
    }

    /// <summary>A batch that the caller has validated.</summary>
    /// <param name="bytes">The batch, and perhaps more after it.</param>
    /// <param name="header">What <see cref="RecordBatchHeader.Validate"/> read from these bytes.</param>
    internal static RecordBatch FromValidated(ReadOnlyMemory<byte> bytes, in RecordBatchHeader header) =>
        new(bytes[..header.SizeInBytes], header);

    /// <summary>Reads the records, decompressed to <see cref="DefaultMaxDecompressedBytes"/> at most.</summary>
    /// <inheritdoc cref="ReadRecords"/>
    public RecordEnumerator GetEnumerator() => ReadRecords(DefaultMaxDecompressedBytes);

    /// <summary>Reads the records, decompressing them first where they are compressed.</summary>
    /// <param name="maxDecompressedBytes">What they may take when decompressed.</param>
    /// <returns>The records; to be disposed, which <c>foreach</c> does.</returns>
    /// <exception cref="InvalidRecordBatchException">They do not decompress, or to more than they may take.</exception>
    /// <exception cref="CompressionNotSupportedException">The codec's library is not installed.</exception>
    public RecordEnumerator ReadRecords(int maxDecompressedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDecompressedBytes);
        ReadOnlyMemory<byte> records = Bytes[RecordBatchHeader.Size..];
        if (_header.Compression == CompressionType.None || records.IsEmpty)
            return new RecordEnumerator(_header, records.Span, decompressed: null);

        PooledBuffer decompressed = CompressionCodec.Decompress(_header, records, maxDecompressedBytes);
        return new RecordEnumerator(_header, decompressed.Written, decompressed);
    }

    /// <summary>Goes through all records and their headers and checks that count, lengths and offsets agree.</summary>
    /// <param name="maxDecompressedBytes">What they may take when decompressed.</param>
    /// <exception cref="InvalidRecordBatchException">They do not.</exception>
    /// <exception cref="CompressionNotSupportedException">The codec's library is not installed.</exception>
    public void ValidateRecords(int maxDecompressedBytes = DefaultMaxDecompressedBytes)
    {
        foreach (RecordView record in ReadRecords(maxDecompressedBytes))
        {
            RecordHeaders.Enumerator headers = record.Headers.GetEnumerator();
            while (headers.MoveNext())
            {
            }
        }
    }

    /// <summary>The same batch in memory of its own, garbage-collected.</summary>
    public RecordBatch Copy() => new(Bytes.ToArray(), _header);
}
