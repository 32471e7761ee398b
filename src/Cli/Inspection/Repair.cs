using LogStore.Cli.Output;
using LogStore.Recovery;
using LogStore.Topics;

namespace LogStore.Cli.Inspection;

/// <summary>Cuts a damaged partition at its first damage, or says what that would do.</summary>
internal static class Repair
{
    /// <summary>Finds the damage and, where confirmed, cuts there. The caller owns the data directory.</summary>
    public static void Run(DataDirectory directory, Topic topic, int partition, bool isConfirmed)
    {
        string path = Path.Combine(directory.Directory, topic.DirectoryName(topic.CheckPartition(partition)));
        string name = topic.DirectoryName(partition);
        List<SegmentVerification> segments = [.. LogVerifier.Verify(path)];
        int damaged = segments.FindIndex(segment => segment.Damage is not null);
        if (damaged < 0)
        {
            Console.WriteLine($"{name}: no damage found, nothing to repair");
            return;
        }

        SegmentVerification first = segments[damaged];
        Console.WriteLine($"{name}: {first.Damage!.Message}");
        if (!isConfirmed)
        {
            Console.WriteLine(
                $"{name}: a repair would keep the records below offset {first.NextOffset} and take what stands behind them, " +
                $"{Describe(segments, damaged)}, out of the log into files named *.cut beside it");
            Console.WriteLine($"{name}: nothing has been changed; to do it, add --yes");
            return;
        }

        LogRepair repair = LogRepairer.CutAtDamage(path)!;
        Console.WriteLine($"{name}: the log now ends at offset {repair.EndOffset}; {Quantity.Bytes(repair.CutBytes)} " +
            $"taken out are kept in {string.Join(", ", repair.SavedFiles)}");
    }

    private static string Describe(List<SegmentVerification> segments, int damaged)
    {
        SegmentVerification first = segments[damaged];
        long bytes = new FileInfo(first.File).Length - first.Damage!.Position;
        string[] later = [.. segments.Skip(damaged + 1).Select(segment => segment.File).Distinct().Where(file => file != first.File)];
        bytes += later.Sum(file => new FileInfo(file).Length);
        return $"{Quantity.Bytes(bytes)} in {Quantity.Count(later.Length + 1, "segment")}";
    }
}
