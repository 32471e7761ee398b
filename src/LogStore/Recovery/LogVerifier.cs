using LogStore.IO;
using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Recovery;

/// <summary>What verification found in one segment.</summary>
/// <param name="File">The segment's file.</param>
/// <param name="BaseOffset">Its first offset (inclusive).</param>
/// <param name="NextOffset">The offset behind its last whole batch (exclusive).</param>
/// <param name="Batches">How many whole batches it holds.</param>
/// <param name="Records">How many records they hold.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Damage">What is wrong behind them; null when nothing is.</param>
public sealed record SegmentVerification(
    string File, long BaseOffset, long NextOffset, long Batches, long Records, long Bytes, CorruptLogException? Damage);

/// <summary>Reads every byte of a log and checks it: each batch's checksum, each record's form, the sequence of offsets.</summary>
/// <remarks>Changes nothing and takes no lock: it may run beside the log's writer.</remarks>
public static class LogVerifier
{
    /// <summary>Verifies the segments of a directory in order, each as it is asked for.</summary>
    public static IEnumerable<SegmentVerification> Verify(string directory)
    {
        long expected = -1;
        List<long> offsets = SegmentNames.FindSegments(Storage.Default, directory);
        for (int index = 0; index < offsets.Count; index++)
        {
            string path = SegmentNames.Log(directory, offsets[index]);
            if (expected >= 0 && offsets[index] != expected)
            {
                yield return new SegmentVerification(path, offsets[index], offsets[index], 0, 0, 0, new CorruptLogException(
                    path, 0, $"it begins at offset {offsets[index]}, but the segment before it ends at {expected}"));
            }

            SegmentVerification result = Verify(path, offsets[index], isLast: index == offsets.Count - 1);
            expected = result.NextOffset;
            yield return result;
        }
    }

    private static SegmentVerification Verify(string path, long baseOffset, bool isLast)
    {
        using StorageFile file = Storage.Default.Open(path, OpenMode.Read);
        long length = file.Length;
        long batches = 0;
        long records = 0;
        CorruptLogException? damage = null;
        using BatchScanner scanner = new(file, 0) { ExpectedOffset = baseOffset };
        while (damage is null && scanner.MoveNext(length))
        {
            try
            {
                scanner.Batch.ValidateRecords();
                batches++;
                records += scanner.Header.RecordCount;
            }
            catch (InvalidRecordBatchException exception)
            {
                damage = new CorruptLogException(path, scanner.Position, exception.Message.TrimEnd('.'), exception);
            }
            catch (CompressionNotSupportedException)
            {
                batches++; // Its checksum is right; its records need a library that is not here.
                records += scanner.Header.RecordCount;
            }
        }

        damage ??= JudgeTail(file, scanner, length, isLast);
        long next = Math.Max(scanner.ExpectedOffset, baseOffset);
        return new SegmentVerification(path, baseOffset, next, batches, records, scanner.Position, damage);
    }

    private static CorruptLogException? JudgeTail(StorageFile file, BatchScanner scanner, long length, bool isLast)
    {
        if (scanner.Status == BatchStatus.Valid) return null;
        TailKind tail = TailInspector.Inspect(file, scanner.Position, length, scanner.ExpectedOffset);
        // The last segment's writer may be in the middle of a write, or have died in it: recovery deals with that.
        if (tail == TailKind.Reserved || (tail == TailKind.Torn && isLast)) return null;
        return new CorruptLogException(file.Path, scanner.Position, LogSegment.Describe(scanner.Status));
    }
}
