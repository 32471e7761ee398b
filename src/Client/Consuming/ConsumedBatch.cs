namespace LogStore.Client;

/// <summary>A batch as it was fetched: the fast path, on which no record is allocated.</summary>
/// <remarks>
/// A view over the consumer's memory, valid until the consumer is asked for the next batch or disposed. Not
/// thread-safe.
/// </remarks>
public sealed class ConsumedBatch
{
    internal ConsumedBatch(
        Consuming.PartitionState state, int version, in RecordBatch batch, long startOffset, int maxBytes)
    {
        State = state;
        Version = version;
        Batch = batch;
        StartOffset = startOffset;
        MaxDecompressedBytes = maxBytes;
    }

    /// <summary>Where it comes from.</summary>
    public TopicPartition Partition => State.Partition;

    /// <summary>The whole batch, which may begin before <see cref="StartOffset"/>.</summary>
    public RecordBatch Batch { get; }

    /// <summary>The offset to begin with (inclusive).</summary>
    public long StartOffset { get; }

    /// <summary>The offset after the batch (exclusive).</summary>
    public long NextOffset => Batch.NextOffset;

    internal Consuming.PartitionState State { get; }

    internal int Version { get; }

    internal int MaxDecompressedBytes { get; }

    /// <summary>Reads the records from <see cref="StartOffset"/> on.</summary>
    /// <exception cref="InvalidRecordBatchException">The records break the format.</exception>
    /// <exception cref="CompressionNotSupportedException">The codec's library is not installed.</exception>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>
    /// Goes through the records. <c>foreach</c> disposes it, which gives back what decompression took.
    /// </summary>
    public ref struct Enumerator
    {
        private readonly long _start;
        private RecordEnumerator _records;

        internal Enumerator(ConsumedBatch batch)
        {
            _start = batch.StartOffset;
            _records = batch.Batch.ReadRecords(batch.MaxDecompressedBytes);
        }

        /// <summary>The record last moved to; valid until the next move.</summary>
        public readonly RecordView Current => _records.Current;

        /// <summary>Moves to the next record; false after the last.</summary>
        public bool MoveNext()
        {
            while (_records.MoveNext())
                if (_records.Current.Offset >= _start) return true;
            return false;
        }

        /// <summary>Gives back what decompression took.</summary>
        public readonly void Dispose() => _records.Dispose();
    }
}
