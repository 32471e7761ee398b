using System.Globalization;
using LogStore.IO;

namespace LogStore.Segments;

/// <summary>The names of a partition directory's files: Kafka's, a 20-digit base offset and a suffix.</summary>
internal static class SegmentNames
{
    public const string LogSuffix = ".log";
    public const string OffsetIndexSuffix = ".index";
    public const string TimeIndexSuffix = ".timeindex";
    public const string SnapshotSuffix = ".snapshot";
    public const string CleanedSuffix = ".log.cleaned";
    public const string SwapSuffix = ".log.swap";

    private const int Digits = 20;

    public static string Log(string directory, long offset) => Make(directory, offset, LogSuffix);

    public static string OffsetIndex(string directory, long offset) => Make(directory, offset, OffsetIndexSuffix);

    public static string TimeIndex(string directory, long offset) => Make(directory, offset, TimeIndexSuffix);

    public static string Snapshot(string directory, long offset) => Make(directory, offset, SnapshotSuffix);

    /// <summary>A segment that compaction is writing; worthless after a crash.</summary>
    public static string Cleaned(string directory, long offset) => Make(directory, offset, CleanedSuffix);

    /// <summary>A segment that compaction has written, to be put in the place of those that it covers.</summary>
    public static string Swap(string directory, long offset) => Make(directory, offset, SwapSuffix);

    /// <summary>The offset in a name with exactly this suffix.</summary>
    public static bool TryParse(string name, string suffix, out long offset)
    {
        offset = 0;
        return name.Length == Digits + suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) &&
            long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }

    /// <summary>The base offsets of the segments in a directory, in order.</summary>
    public static List<long> FindSegments(Storage storage, string directory)
    {
        List<long> offsets = [];
        foreach (string name in storage.ListFiles(directory))
        {
            if (TryParse(name, LogSuffix, out long offset)) offsets.Add(offset);
        }

        offsets.Sort();
        return offsets;
    }

    private static string Make(string directory, long offset, string suffix) =>
        Path.Combine(directory, offset.ToString("D20", CultureInfo.InvariantCulture) + suffix);
}
