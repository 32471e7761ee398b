using System.Globalization;
using LogStore.Cli.Output;
using LogStore.Recovery;
using LogStore.Topics;

namespace LogStore.Cli.Inspection;

/// <summary>Verifies topics, partition by partition, and reports what was found.</summary>
internal static class Verification
{
    /// <summary>Reads and checks every byte; prints a table.</summary>
    /// <returns>The damage, in the order found.</returns>
    public static List<(string Topic, int Partition, CorruptLogException Damage)> Run(
        ReadOnlyDataDirectory directory, IEnumerable<Topic> topics, CancellationToken cancellationToken)
    {
        TextTable table = new("TOPIC", ">PARTITION", ">SEGMENTS", ">BATCHES", ">RECORDS", ">SIZE", "RESULT");
        List<(string Topic, int Partition, CorruptLogException Damage)> damages = [];
        foreach (Topic topic in topics)
        {
            for (int partition = 0; partition < topic.PartitionCount; partition++)
            {
                string path = Path.Combine(directory.Directory, topic.DirectoryName(partition));
                List<SegmentVerification> segments = [];
                foreach (SegmentVerification segment in LogVerifier.Verify(path))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    segments.Add(segment);
                }

                CorruptLogException[] damage = [.. segments.Select(segment => segment.Damage).OfType<CorruptLogException>()];
                damages.AddRange(damage.Select(each => (topic.Name, partition, each)));
                table.Add(
                    topic.Name, Text(partition), Text(segments.Select(segment => segment.File).Distinct().Count()),
                    Text(segments.Sum(segment => segment.Batches)), Text(segments.Sum(segment => segment.Records)),
                    Quantity.Bytes(segments.Sum(segment => segment.Bytes)), damage.Length == 0 ? "ok" : "DAMAGED");
            }
        }

        Console.Write(table.ToString());
        return damages;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
