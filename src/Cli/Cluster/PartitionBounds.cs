using System.Runtime.InteropServices;
using LogStore.Client;

namespace LogStore.Cli.Cluster;

/// <summary>Where a partition begins and ends, asked of its leader.</summary>
/// <param name="Start">The first retained offset (inclusive).</param>
/// <param name="End">The end (exclusive).</param>
/// <param name="FirstAtTime">The first record no older than the time that was asked for; null if there is none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PartitionBounds(long Start, long End, long? FirstAtTime)
{
    /// <summary>The partitions of a topic, or the one named, which must be there.</summary>
    public static async Task<TopicPartition[]> FindPartitionsAsync(
        AdminClient admin, string topic, int? named, CancellationToken cancellationToken)
    {
        int count = (await admin.DescribeTopicsAsync([topic], cancellationToken))[0].Partitions.Count;
        if (named is not { } partition) return [.. Enumerable.Range(0, count).Select(each => new TopicPartition(topic, each))];
        return partition < count
            ? [new TopicPartition(topic, partition)]
            : throw new UnknownTopicOrPartitionException(topic, partition, count);
    }

    /// <summary>Asks for some partitions.</summary>
    /// <param name="admin">Asks.</param>
    /// <param name="partitions">The partitions.</param>
    /// <param name="time">The time to look for; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Dictionary<TopicPartition, PartitionBounds>> FindAsync(
        AdminClient admin, IReadOnlyCollection<TopicPartition> partitions, DateTimeOffset? time,
        CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<TopicPartition, OffsetResult> starts = await AskAsync(OffsetSpec.Earliest);
        IReadOnlyDictionary<TopicPartition, OffsetResult> ends = await AskAsync(OffsetSpec.Latest);
        IReadOnlyDictionary<TopicPartition, OffsetResult>? found = time is { } at
            ? await AskAsync(OffsetSpec.AtOrAfter(Math.Max(0, at.ToUnixTimeMilliseconds()))) : null;
        return partitions.ToDictionary(each => each, each => new PartitionBounds(
            starts[each].Offset, ends[each].Offset, found?[each].Offset is { } offset and >= 0 ? offset : null));

        Task<IReadOnlyDictionary<TopicPartition, OffsetResult>> AskAsync(OffsetSpec spec) =>
            admin.ListOffsetsAsync(partitions.ToDictionary(each => each, _ => spec), cancellationToken: cancellationToken);
    }
}
