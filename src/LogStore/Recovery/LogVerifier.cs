using LogStore.Compaction;
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
    /// <summary>How often segments that do not fit together are looked at again, in case they are just being swapped.</summary>
    private const int MaxAttempts = 20;

    /// <summary>Verifies the segments of a directory in order, each as it is asked for.</summary>
    public static IEnumerable<SegmentVerification> Verify(string directory)
    {
        long last = -1;
        long expected = -1;
        int attempts = 0;
        while (true)
        {
            (SegmentVerification? result, bool fits, bool more) = Next(directory, last, expected);
            if (!more) yield break;
            if (!fits && attempts++ < MaxAttempts)
            {
                Thread.Sleep(1); // A compaction puts one segment in the place of others within a few calls.
                continue;
            }

            // Only a file that is gone has no result, and those that keep going are not the log's own doing.
            if (result is null) throw new FileNotFoundException($"A segment of '{directory}' was deleted while it was verified.");
            if (!fits)
            {
                yield return result with
                {
                    NextOffset = result.BaseOffset,
                    Batches = 0,
                    Records = 0,
                    Bytes = 0,
                    Damage = new CorruptLogException(result.File, 0,
                        $"it begins at offset {result.BaseOffset}, but the segment before it ends at {expected}"),
                };
            }

            yield return result;
            (last, expected, attempts) = (result.BaseOffset, result.NextOffset, 0);
        }
    }

    /// <summary>Verifies the segment behind one, or whatever by now holds the offset that is expected.</summary>
    /// <returns>No result where the file went in between; whether it fits the one before; whether there is one.</returns>
    private static (SegmentVerification? Result, bool Fits, bool More) Next(string directory, long last, long expected)
    {
        try
        {
            IReadOnlyList<(long BaseOffset, string Path)> files = SegmentSwap.FindFiles(Storage.Default, directory);
            int next = 0;
            while (next < files.Count && files[next].BaseOffset <= last) next++;
            if (next == files.Count) return default;
            bool fits = expected < 0 || files[next].BaseOffset == expected;
            SegmentVerification result = Verify(files[next].Path, files[next].BaseOffset, next == files.Count - 1);
            if (fits || next == 0) return (result, fits, true);
            // Segments that were there when the last one was verified may have become one with it.
            SegmentVerification before = Verify(files[next - 1].Path, files[next - 1].BaseOffset, isLast: false);
            return before.NextOffset > expected ? (before, true, true) : (result, false, true);
        }
        catch (FileNotFoundException)
        {
            return (null, false, true);
        }
    }

    private static SegmentVerification Verify(string path, long baseOffset, bool isLast)
    {
        using StorageFile file = Storage.Default.Open(path, OpenMode.Read);
        using BatchScanner scanner = new(file, 0) { ExpectedOffset = baseOffset };
        long length = file.Length;
        long batches = 0;
        long records = 0;
        CorruptLogException? damage = null;
        bool more = scanner.MoveNext(length);
        while (more)
        {
            damage = CheckRecords(path, scanner);
            if (damage is not null) break;
            batches++;
            records += scanner.Header.RecordCount;
            more = scanner.MoveNext(length);
            if (more) continue;
            damage = JudgeTail(file, scanner, length, isLast);
            if (damage is null || !isLast) continue;
            // The writer may have come between the reading of the bytes and the judgement: what it has written since is whole.
            scanner.Forget();
            more = scanner.MoveNext(length);
        }

        if (batches == 0) damage ??= JudgeTail(file, scanner, length, isLast);
        long next = Math.Max(scanner.ExpectedOffset, baseOffset);
        return new SegmentVerification(path, baseOffset, next, batches, records, scanner.Position, damage);
    }

    private static CorruptLogException? CheckRecords(string path, BatchScanner scanner)
    {
        try
        {
            scanner.Batch.ValidateRecords();
            return null;
        }
        catch (InvalidRecordBatchException exception)
        {
            return new CorruptLogException(path, scanner.Position, exception.Message.TrimEnd('.'), exception);
        }
        catch (CompressionNotSupportedException)
        {
            return null; // Its checksum is right; its records need a library that is not here.
        }
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
