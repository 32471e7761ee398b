using LogStore.Topics;

namespace LogStore.Cli.Topics;

/// <summary>One partition as it is found from outside.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="StartOffset">The first retained offset (inclusive).</param>
/// <param name="EndOffset">The end (exclusive).</param>
/// <param name="SizeInBytes">The bytes of its batches.</param>
/// <param name="Segments">How many segments it has; none before it is first written.</param>
internal sealed record PartitionStatus(int Partition, long StartOffset, long EndOffset, long SizeInBytes, int Segments)
{
    /// <summary>How many offsets are retained.</summary>
    public long Records => EndOffset - StartOffset;

    /// <summary>Looks at all partitions of a topic.</summary>
    public static async Task<List<PartitionStatus>> ReadAllAsync(ReadOnlyDataDirectory directory, Topic topic)
    {
        List<PartitionStatus> statuses = [];
        for (int partition = 0; partition < topic.PartitionCount; partition++)
        {
            await using ReadOnlyLog? log = await directory.OpenPartitionAsync(topic.Name, partition);
            statuses.Add(log is null
                ? new PartitionStatus(partition, 0, 0, 0, 0)
                : new PartitionStatus(partition, log.LogStartOffset, log.LogEndOffset, log.SizeInBytes, log.SegmentCount));
        }

        return statuses;
    }
}
