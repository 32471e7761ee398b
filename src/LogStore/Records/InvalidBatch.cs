using System.Diagnostics.CodeAnalysis;

namespace LogStore.Records;

/// <summary>Throws <see cref="InvalidRecordBatchException"/>, away from the code that is hot.</summary>
internal static class InvalidBatch
{
    [DoesNotReturn]
    public static void ThrowRecord(long offset, string what) =>
        throw new InvalidRecordBatchException($"The record at offset {offset} is broken: {what}.");

    [DoesNotReturn]
    public static void ThrowRecords(long baseOffset, int index, string what) =>
        throw new InvalidRecordBatchException(
            $"Record {index} (from 0) of the batch at offset {baseOffset} is broken: {what}.");

    [DoesNotReturn]
    public static void ThrowStatus(BatchStatus status, ReadOnlySpan<byte> bytes, in RecordBatchHeader header) =>
        throw new InvalidRecordBatchException(Describe(status, bytes, header));

    private static string Describe(BatchStatus status, ReadOnlySpan<byte> bytes, in RecordBatchHeader header) =>
        status switch
        {
            BatchStatus.Incomplete when bytes.Length < RecordBatchHeader.Size =>
                $"{bytes.Length} bytes are no record batch: its header alone takes {RecordBatchHeader.Size}.",
            BatchStatus.Incomplete =>
                $"The batch at offset {header.BaseOffset} is cut short: {header.SizeInBytes} bytes long, " +
                $"{bytes.Length} are there.",
            BatchStatus.BadLength =>
                $"The batch at offset {header.BaseOffset} has a length that no batch can have: {header.BatchLength}.",
            BatchStatus.BadMagic => $"The format's version (magic) is {header.Magic}; only 2 is read.",
            BatchStatus.BadChecksum =>
                $"The batch at offset {header.BaseOffset} is damaged: its checksum is {header.Checksum:x8}, " +
                $"its bytes give {RecordBatchHeader.ComputeChecksum(bytes[..header.SizeInBytes]):x8}.",
            _ =>
                $"The header of the batch at offset {header.BaseOffset} contradicts itself: " +
                $"{header.RecordCount} records, last offset delta {header.LastOffsetDelta}, " +
                $"attributes {header.Attributes:x4}, producer {header.ProducerId}, epoch {header.ProducerEpoch}, " +
                $"sequence {header.BaseSequence}, {header.SizeInBytes} bytes.",
        };
}
