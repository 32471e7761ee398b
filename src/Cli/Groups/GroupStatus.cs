using LogStore.Cli.Cluster;
using LogStore.Client;

namespace LogStore.Cli.Groups;

/// <summary>A group and how far it is.</summary>
/// <param name="Group">Its state and its members.</param>
/// <param name="Partitions">What it has committed or is assigned, by topic and partition.</param>
internal sealed record GroupStatus(GroupDescription Group, IReadOnlyList<GroupPartitionStatus> Partitions)
{
    /// <summary>A group that is not known: no members, no offsets.</summary>
    private const string Dead = "Dead";

    /// <summary>Asks for a group.</summary>
    /// <exception cref="UserErrorException">There is no such group.</exception>
    public static async Task<GroupStatus> ReadAsync(AdminClient admin, string group, CancellationToken cancellationToken)
    {
        GroupDescription description = await admin.DescribeGroupAsync(group, cancellationToken);
        IReadOnlyDictionary<TopicPartition, CommittedOffset> committed =
            await admin.ListGroupOffsetsAsync(group, partitions: null, cancellationToken);
        if (description.State == Dead && committed.Count == 0)
            throw new UserErrorException($"there is no group '{group}'; see: logstore group list", ExitCode.NotFound);
        Dictionary<TopicPartition, GroupMemberDescription> owners = description.Members
            .SelectMany(member => member.Assignment.Select(partition => (partition, member)))
            .GroupBy(each => each.partition)
            .ToDictionary(each => each.Key, each => each.First().member);
        TopicPartition[] partitions =
        [
            .. committed.Keys.Union(owners.Keys)
                .OrderBy(each => each.Topic, StringComparer.Ordinal).ThenBy(each => each.Partition),
        ];
        Dictionary<TopicPartition, PartitionBounds> bounds = await FindBoundsAsync(admin, partitions, cancellationToken);
        return new GroupStatus(description,
        [
            .. partitions.Select(each => new GroupPartitionStatus(
                each,
                committed.TryGetValue(each, out CommittedOffset offset) ? offset.Offset : null,
                bounds.TryGetValue(each, out PartitionBounds bound) ? bound.End : null,
                owners.GetValueOrDefault(each))),
        ]);
    }

    /// <summary>The bounds of those that still exist: a group's offsets can outlive a topic.</summary>
    private static async Task<Dictionary<TopicPartition, PartitionBounds>> FindBoundsAsync(
        AdminClient admin, TopicPartition[] partitions, CancellationToken cancellationToken)
    {
        if (partitions.Length == 0) return [];
        Dictionary<string, int> counts = (await admin.ListTopicsAsync(includeInternal: true, cancellationToken))
            .ToDictionary(topic => topic.Name, topic => topic.PartitionCount, StringComparer.Ordinal);
        TopicPartition[] existing =
            [.. partitions.Where(each => counts.TryGetValue(each.Topic, out int count) && each.Partition < count)];
        return await PartitionBounds.FindAsync(admin, existing, time: null, cancellationToken);
    }
}

/// <summary>How far a group is in one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Committed">The offset of the next record to read; null if nothing was committed.</param>
/// <param name="End">The partition's end (exclusive); null if it is no longer there.</param>
/// <param name="Member">Who reads it; null if nobody does.</param>
internal sealed record GroupPartitionStatus(
    TopicPartition Partition, long? Committed, long? End, GroupMemberDescription? Member)
{
    /// <summary>How many offsets are still to be read; null if that is not known.</summary>
    public long? Lag => Committed is { } committed && End is { } end ? Math.Max(0, end - committed) : null;
}
