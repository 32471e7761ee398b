using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LogStore.Checksums;

namespace LogStore.Records;

/// <summary>The 61 bytes in front of every batch's records, decoded.</summary>
/// <remarks>A value: it does not follow later changes to the bytes it was read from.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly struct RecordBatchHeader
{
    /// <summary>The header's size in bytes.</summary>
    public const int Size = RecordBatchLayout.Records;

    /// <summary>The bytes that <see cref="BatchLength"/> does not count: base offset and length.</summary>
    public const int LogOverhead = RecordBatchLayout.LeaderEpoch;

    /// <summary>The offset of the first record when it was appended; compaction may have removed that record.</summary>
    public long BaseOffset { get; internal init; }

    /// <summary>The batch's size without <see cref="LogOverhead"/>, in bytes.</summary>
    public int BatchLength { get; internal init; }

    /// <summary>The epoch of the leader that appended the batch; -1 before any has.</summary>
    public int LeaderEpoch { get; internal init; }

    /// <summary>The format's version: 2.</summary>
    public byte Magic { get; internal init; }

    /// <summary>CRC-32C of all from <see cref="Attributes"/> to the end of the batch.</summary>
    public uint Checksum { get; internal init; }

    /// <summary>Compression, timestamp type and kind of batch, as bits.</summary>
    public short Attributes { get; internal init; }

    /// <summary>The last offset, relative to <see cref="BaseOffset"/>; compaction leaves it as it was.</summary>
    public int LastOffsetDelta { get; internal init; }

    /// <summary>
    /// What the records' timestamps are relative to, in milliseconds since the Unix epoch: the first record's
    /// timestamp, or the delete horizon where <see cref="HasDeleteHorizon"/>.
    /// </summary>
    public long BaseTimestamp { get; internal init; }

    /// <summary>The largest timestamp of the batch, in milliseconds since the Unix epoch; -1 for none.</summary>
    public long MaxTimestamp { get; internal init; }

    /// <summary>The idempotent producer that wrote the batch; -1 for none (KIP-98).</summary>
    public long ProducerId { get; internal init; }

    /// <summary>The epoch of <see cref="ProducerId"/>; meaningless without one.</summary>
    public short ProducerEpoch { get; internal init; }

    /// <summary>The producer's sequence number of the first record; -1 for none, as in control batches.</summary>
    public int BaseSequence { get; internal init; }

    /// <summary>The number of records present, which compaction may have lowered, even to zero.</summary>
    public int RecordCount { get; internal init; }

    /// <summary>The whole batch's size in bytes.</summary>
    public int SizeInBytes => BatchLength + LogOverhead;

    /// <summary>The last offset that the batch takes, inclusive.</summary>
    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>The offset of the next batch.</summary>
    public long NextOffset => LastOffset + 1;

    /// <summary>The sequence number of the last record, -1 for none; 0 follows <see cref="int.MaxValue"/>.</summary>
    public int LastSequence =>
        HasProducerId && BaseSequence >= 0 ? (BaseSequence + LastOffsetDelta) & int.MaxValue : -1;

    /// <summary>How the records are compressed.</summary>
    public CompressionType Compression => (CompressionType)(Attributes & RecordBatchLayout.CompressionMask);

    /// <summary>Whose clock the timestamps show.</summary>
    public TimestampType TimestampType =>
        (Attributes & RecordBatchLayout.LogAppendTimeBit) == 0 ? TimestampType.CreateTime : TimestampType.LogAppendTime;

    /// <summary>Whether the batch belongs to a transaction.</summary>
    public bool IsTransactional => (Attributes & RecordBatchLayout.TransactionalBit) != 0;

    /// <summary>Whether the batch holds a control record, which consumers act on and applications never see.</summary>
    public bool IsControl => (Attributes & RecordBatchLayout.ControlBit) != 0;

    /// <summary>Whether <see cref="BaseTimestamp"/> says when compaction may drop tombstones (KIP-534).</summary>
    public bool HasDeleteHorizon => (Attributes & RecordBatchLayout.DeleteHorizonBit) != 0;

    /// <summary>Whether an idempotent producer wrote the batch.</summary>
    public bool HasProducerId => ProducerId >= 0;

    /// <summary>Reads the header and checks it alone: neither what follows nor the checksum is looked at.</summary>
    /// <param name="bytes">Bytes that should start with a batch.</param>
    /// <param name="header">What was read; all zero where there are fewer bytes than <see cref="Size"/>.</param>
    internal static BatchStatus TryRead(ReadOnlySpan<byte> bytes, out RecordBatchHeader header)
    {
        if (bytes.Length < Size)
        {
            header = default;
            return BatchStatus.Incomplete;
        }

        bytes = bytes[..Size];
        header = new RecordBatchHeader
        {
            BaseOffset = BinaryPrimitives.ReadInt64BigEndian(bytes[RecordBatchLayout.BaseOffset..]),
            BatchLength = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchLayout.BatchLength..]),
            LeaderEpoch = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchLayout.LeaderEpoch..]),
            Magic = bytes[RecordBatchLayout.Magic],
            Checksum = BinaryPrimitives.ReadUInt32BigEndian(bytes[RecordBatchLayout.Checksum..]),
            Attributes = BinaryPrimitives.ReadInt16BigEndian(bytes[RecordBatchLayout.Attributes..]),
            LastOffsetDelta = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchLayout.LastOffsetDelta..]),
            BaseTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[RecordBatchLayout.BaseTimestamp..]),
            MaxTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[RecordBatchLayout.MaxTimestamp..]),
            ProducerId = BinaryPrimitives.ReadInt64BigEndian(bytes[RecordBatchLayout.ProducerId..]),
            ProducerEpoch = BinaryPrimitives.ReadInt16BigEndian(bytes[RecordBatchLayout.ProducerEpoch..]),
            BaseSequence = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchLayout.BaseSequence..]),
            RecordCount = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchLayout.RecordCount..]),
        };

        // The magic byte lies at the same place in all versions and says how to read the rest, so it comes first.
        if (header.Magic != RecordBatchLayout.CurrentMagic) return BatchStatus.BadMagic;
        if (header.BatchLength is < Size - LogOverhead or > int.MaxValue - LogOverhead) return BatchStatus.BadLength;
        return header.HasConsistentFields() ? BatchStatus.Valid : BatchStatus.BadFields;
    }

    /// <summary>Reads the header, and checks it, that the whole batch is there, and its checksum.</summary>
    /// <param name="bytes">Bytes that should start with a batch; more may follow it.</param>
    /// <param name="header">What was read; all zero where there are fewer bytes than <see cref="Size"/>.</param>
    internal static BatchStatus Validate(ReadOnlySpan<byte> bytes, out RecordBatchHeader header)
    {
        BatchStatus status = TryRead(bytes, out header);
        if (status != BatchStatus.Valid) return status;
        if (bytes.Length < header.SizeInBytes) return BatchStatus.Incomplete;
        return ComputeChecksum(bytes[..header.SizeInBytes]) == header.Checksum
            ? BatchStatus.Valid : BatchStatus.BadChecksum;
    }

    /// <summary>Gives a batch its place in the log, in its own bytes. Both fields lie outside the checksum.</summary>
    /// <param name="batch">The batch, at least its header.</param>
    /// <param name="baseOffset">The offset of its first record.</param>
    /// <param name="leaderEpoch">The epoch of the leader that appends it.</param>
    internal static void Stamp(Span<byte> batch, long baseOffset, int leaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.BaseOffset..], baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.LeaderEpoch..], leaderEpoch);
    }

    /// <summary>Gives a batch the time of its append, in its own bytes, and computes its checksum anew.</summary>
    /// <param name="batch">The whole batch and nothing after it.</param>
    /// <param name="timestamp">Milliseconds since the Unix epoch.</param>
    internal static void StampAppendTime(Span<byte> batch, long timestamp)
    {
        Span<byte> attributes = batch[RecordBatchLayout.Attributes..];
        short bits = BinaryPrimitives.ReadInt16BigEndian(attributes);
        BinaryPrimitives.WriteInt16BigEndian(attributes, (short)(bits | RecordBatchLayout.LogAppendTimeBit));
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.MaxTimestamp..], timestamp);
        WriteChecksum(batch);
    }

    /// <summary>The checksum that a batch should carry.</summary>
    /// <param name="batch">The whole batch and nothing after it.</param>
    internal static uint ComputeChecksum(ReadOnlySpan<byte> batch) =>
        Crc32C.Compute(batch[RecordBatchLayout.Attributes..]);

    /// <summary>Computes the checksum of a batch and writes it into its header.</summary>
    /// <param name="batch">The whole batch and nothing after it.</param>
    /// <returns>The checksum.</returns>
    internal static uint WriteChecksum(Span<byte> batch)
    {
        uint checksum = ComputeChecksum(batch);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchLayout.Checksum..], checksum);
        return checksum;
    }

    /// <summary>Writes the header as it stands, checksum included.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    internal void Write(Span<byte> destination)
    {
        destination = destination[..Size];
        BinaryPrimitives.WriteInt64BigEndian(destination[RecordBatchLayout.BaseOffset..], BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(destination[RecordBatchLayout.BatchLength..], BatchLength);
        BinaryPrimitives.WriteInt32BigEndian(destination[RecordBatchLayout.LeaderEpoch..], LeaderEpoch);
        destination[RecordBatchLayout.Magic] = Magic;
        BinaryPrimitives.WriteUInt32BigEndian(destination[RecordBatchLayout.Checksum..], Checksum);
        BinaryPrimitives.WriteInt16BigEndian(destination[RecordBatchLayout.Attributes..], Attributes);
        BinaryPrimitives.WriteInt32BigEndian(destination[RecordBatchLayout.LastOffsetDelta..], LastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(destination[RecordBatchLayout.BaseTimestamp..], BaseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(destination[RecordBatchLayout.MaxTimestamp..], MaxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(destination[RecordBatchLayout.ProducerId..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(destination[RecordBatchLayout.ProducerEpoch..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(destination[RecordBatchLayout.BaseSequence..], BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(destination[RecordBatchLayout.RecordCount..], RecordCount);
    }

    private bool HasConsistentFields()
    {
        if (BaseOffset < 0 || LastOffsetDelta < 0 || BaseOffset > long.MaxValue - LastOffsetDelta - 1) return false;
        if (RecordCount < 0 || RecordCount - 1 > LastOffsetDelta) return false;
        if (Compression > CompressionType.Zstd) return false;

        // A count that the bytes cannot hold would be found when the records are read; here it costs nothing.
        long leastBytes = RecordCount * (RecordBatchLayout.MinRecordBody + 1L);
        if (Compression == CompressionType.None && leastBytes > SizeInBytes - Size) return false;

        return HasConsistentProducer();
    }

    /// <summary>
    /// Without a producer id, epoch and sequence mean nothing, and clients in use fill them with -1 or with 0. With
    /// one, only a control batch, which the coordinator writes in the producer's name, has no sequence.
    /// </summary>
    private bool HasConsistentProducer() => ProducerId switch
    {
        < -1 => false,
        -1 => !IsTransactional,
        _ => ProducerEpoch >= 0 && (BaseSequence >= 0 || (BaseSequence == -1 && IsControl)),
    };
}
