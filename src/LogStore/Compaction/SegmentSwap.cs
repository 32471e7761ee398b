using LogStore.IO;
using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Compaction;

/// <summary>
/// Puts a compacted segment in the place of those that it covers, so that a crash at any moment leaves the one or the others:
/// <code>
///   N.log.cleaned   being written; a crash leaves it worthless, and it is deleted
///   N.log.swap      complete and durable: from here on it counts, and whoever finds it finishes the swap
///   N.log           what it covered has been deleted
/// </code>
/// </summary>
internal static class SegmentSwap
{
    /// <summary>Makes a written and flushed <c>.cleaned</c> count; durable on return.</summary>
    public static void Commit(Storage storage, string directory, long baseOffset)
    {
        storage.Rename(SegmentNames.Cleaned(directory, baseOffset), SegmentNames.Swap(directory, baseOffset));
        storage.FlushDirectory(directory);
    }

    /// <summary>Finishes what <see cref="Commit"/> has begun.</summary>
    /// <param name="storage">Where the files are.</param>
    /// <param name="directory">The log's directory.</param>
    /// <param name="baseOffset">The first offset of the compacted segment, and of the first that it covers.</param>
    /// <param name="endOffset">Where it ends (exclusive).</param>
    public static void Finish(Storage storage, string directory, long baseOffset, long endOffset)
    {
        foreach (long covered in SegmentNames.FindSegments(storage, directory))
        {
            if (covered < baseOffset || covered >= endOffset) continue;
            storage.DeleteFile(SegmentNames.OffsetIndex(directory, covered));
            storage.DeleteFile(SegmentNames.TimeIndex(directory, covered));
            if (covered == baseOffset) continue; // The rename replaces it; the snapshot at its base stays true.
            storage.DeleteFile(SegmentNames.Snapshot(directory, covered));
            storage.DeleteFile(SegmentNames.Log(directory, covered));
        }

        // No crash may bring back what was covered, once nothing says any more that it was.
        storage.FlushDirectory(directory);
        storage.Rename(SegmentNames.Swap(directory, baseOffset), SegmentNames.Log(directory, baseOffset));
        storage.FlushDirectory(directory);
    }

    /// <summary>Finishes the swaps, and deletes the unfinished files, that a crash has left.</summary>
    /// <exception cref="CorruptLogException">A file that was complete and durable is damaged.</exception>
    public static void Recover(Storage storage, string directory)
    {
        foreach (string name in storage.ListFiles(directory))
        {
            if (SegmentNames.TryParse(name, SegmentNames.CleanedSuffix, out _))
                storage.DeleteFile(Path.Combine(directory, name));
            else if (SegmentNames.TryParse(name, SegmentNames.SwapSuffix, out long offset))
                Finish(storage, directory, offset, EndOf(storage, SegmentNames.Swap(directory, offset), offset));
        }
    }

    /// <summary>
    /// The files that hold a log's batches, in order, those of a swap that a crash has interrupted as if it were finished.
    /// </summary>
    public static IReadOnlyList<(long BaseOffset, string Path)> FindFiles(Storage storage, string directory)
    {
        List<(long BaseOffset, string Path)> files = [];
        List<(long BaseOffset, string Path)> swaps = [];
        foreach (string name in storage.ListFiles(directory))
        {
            string path = Path.Combine(directory, name);
            if (SegmentNames.TryParse(name, SegmentNames.LogSuffix, out long offset)) files.Add((offset, path));
            else if (SegmentNames.TryParse(name, SegmentNames.SwapSuffix, out offset)) swaps.Add((offset, path));
        }

        foreach ((long offset, string path) in swaps)
        {
            long end = EndOf(storage, path, offset);
            files.RemoveAll(file => file.BaseOffset >= offset && file.BaseOffset < end);
            files.Add((offset, path));
        }

        files.Sort();
        return files;
    }

    private static long EndOf(Storage storage, string path, long baseOffset)
    {
        using StorageFile file = storage.Open(path, OpenMode.Read);
        using BatchScanner scanner = new(file, 0) { ExpectedOffset = baseOffset };
        while (scanner.MoveNextHeader(file.Length))
        {
        }

        if (scanner.Status == BatchStatus.Valid) return scanner.ExpectedOffset;
        throw new CorruptLogException(path, scanner.Position, LogSegment.Describe(scanner.Status));
    }
}
