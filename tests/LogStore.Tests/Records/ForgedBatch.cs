using LogStore.Records;

namespace LogStore.Tests.Records;

/// <summary>
/// A batch with any header and any bytes for records, and the right checksum: what a hostile or broken producer can
/// send and no builder would make.
/// </summary>
internal sealed record ForgedBatch
{
    public byte[] Records { get; init; } = [];

    public int RecordCount { get; init; } = 1;

    public int? LastOffsetDelta { get; init; }

    public int? BatchLength { get; init; }

    public CompressionType Compression { get; init; }

    public short Attributes { get; init; }

    public long BaseOffset { get; init; }

    public byte Magic { get; init; } = 2;

    public long ProducerId { get; init; } = -1;

    public short ProducerEpoch { get; init; } = -1;

    public int BaseSequence { get; init; } = -1;

    /// <summary>The records and what else counts of <paramref name="batch"/>, to be changed with <c>with</c>.</summary>
    public static ForgedBatch From(RecordBatch batch) => new()
    {
        Records = batch.Bytes[RecordBatchHeader.Size..].ToArray(),
        RecordCount = batch.RecordCount,
        Compression = batch.Compression,
    };

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[RecordBatchHeader.Size + Records.Length];
        new RecordBatchHeader
        {
            BaseOffset = BaseOffset,
            BatchLength = BatchLength ?? bytes.Length - RecordBatchHeader.LogOverhead,
            LeaderEpoch = -1,
            Magic = Magic,
            Attributes = (short)(Attributes | (short)Compression),
            LastOffsetDelta = LastOffsetDelta ?? Math.Max(RecordCount - 1, 0),
            BaseTimestamp = GoldenBatches.Time,
            MaxTimestamp = GoldenBatches.Time,
            ProducerId = ProducerId,
            ProducerEpoch = ProducerEpoch,
            BaseSequence = BaseSequence,
            RecordCount = RecordCount,
        }.Write(bytes);
        Records.CopyTo(bytes, RecordBatchHeader.Size);
        RecordBatchHeader.WriteChecksum(bytes);
        return bytes;
    }

    public RecordBatch ToBatch() => RecordBatch.Parse(ToBytes());

    internal BatchStatus Validate() => RecordBatchHeader.Validate(ToBytes(), out _);
}
