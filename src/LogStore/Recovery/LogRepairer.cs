using System.Globalization;
using LogStore.Compaction;
using LogStore.IO;
using LogStore.Segments;

namespace LogStore.Recovery;

/// <summary>What a repair did.</summary>
/// <param name="EndOffset">Where the log ends now (exclusive).</param>
/// <param name="CutBytes">How many bytes were taken out.</param>
/// <param name="SavedFiles">Where those bytes are kept; nothing is destroyed.</param>
public sealed record LogRepair(long EndOffset, long CutBytes, IReadOnlyList<string> SavedFiles);

/// <summary>
/// Cuts a damaged log at its first damage, which recovery never does on its own: what stood behind it is no longer in the
/// log, but is kept in files beside it.
/// </summary>
public static class LogRepairer
{
    private const string SavedSuffix = ".cut";

    /// <summary>Cuts at the damage that <see cref="LogVerifier"/> finds first; null when it finds none.</summary>
    /// <exception cref="DirectoryInUseException">The log is open.</exception>
    public static LogRepair? CutAtDamage(string directory)
    {
        Storage storage = Storage.Default;
        string path = Path.GetFullPath(directory);
        using DirectoryLock directoryLock = DirectoryLock.Take(path);
        SegmentSwap.Recover(storage, path);
        SegmentVerification? damaged = LogVerifier.Verify(path).FirstOrDefault(segment => segment.Damage is not null);
        if (damaged is null) return null;

        List<string> saved = [];
        long cut = 0;
        foreach (long offset in SegmentNames.FindSegments(storage, path).Where(offset => offset > damaged.BaseOffset))
            cut += SetAside(storage, SegmentNames.Log(path, offset), saved);
        bool wholeFile = damaged.Damage!.Position == 0 && damaged.Bytes == 0;
        cut += wholeFile ? SetAside(storage, damaged.File, saved) : SaveTail(storage, damaged, saved);
        ForgetDerivedState(storage, path);
        storage.FlushDirectory(path);
        return new LogRepair(damaged.NextOffset, cut, saved);
    }

    private static long SetAside(Storage storage, string file, List<string> saved)
    {
        long length = new FileInfo(file).Length;
        storage.Rename(file, file + SavedSuffix);
        saved.Add(file + SavedSuffix);
        return length;
    }

    private static long SaveTail(Storage storage, SegmentVerification damaged, List<string> saved)
    {
        using StorageFile file = storage.Open(damaged.File, OpenMode.ReadWrite);
        long position = damaged.Damage!.Position;
        string target = string.Create(CultureInfo.InvariantCulture, $"{damaged.File}.{position}{SavedSuffix}");
        long length = file.Length - position;
        using (StorageFile copy = storage.Open(target, OpenMode.Truncate))
        {
            byte[] buffer = new byte[1024 * 1024];
            int count;
            for (long done = 0; (count = file.Read(buffer, position + done)) > 0; done += count)
                copy.Write(buffer.AsSpan(0, count), done);
            copy.Flush();
        }

        file.SetLength(position);
        file.Flush();
        saved.Add(target);
        return length;
    }

    /// <summary>The next open derives indexes, producers and epochs from the batches that are left.</summary>
    private static void ForgetDerivedState(Storage storage, string directory)
    {
        CheckpointFile.Load(storage, directory).Update(
            current => current with { RecoveryPoint = 0, CleanEnd = -1, CleanBytes = -1, CompactedTo = 0 });
        foreach (string name in storage.ListFiles(directory))
        {
            if (name.EndsWith(SegmentNames.SnapshotSuffix, StringComparison.Ordinal) ||
                name.EndsWith(SegmentNames.OffsetIndexSuffix, StringComparison.Ordinal) ||
                name.EndsWith(SegmentNames.TimeIndexSuffix, StringComparison.Ordinal) ||
                name == Epochs.LeaderEpochHistory.FileName)
                storage.DeleteFile(Path.Combine(directory, name));
        }
    }
}
