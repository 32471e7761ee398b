using LogStore.Cli.Cluster;
using LogStore.Client;

namespace LogStore.Cli.Groups;

/// <summary>Moves the committed offsets of a group that nobody is a member of.</summary>
internal static class OffsetReset
{
    /// <summary>One partition's move.</summary>
    /// <param name="Partition">The partition.</param>
    /// <param name="Before">What was committed; null if nothing was.</param>
    /// <param name="After">What is committed now.</param>
    internal sealed record Move(TopicPartition Partition, long? Before, long After);

    /// <summary>Finds where the group would go, in the order of topics and partitions.</summary>
    /// <exception cref="UserErrorException">The group has members, or nothing that could be shifted.</exception>
    public static async Task<IReadOnlyList<Move>> PlanAsync(
        AdminClient admin, string group, IEnumerable<TopicPartitions> topics, OffsetTarget target,
        CancellationToken cancellationToken)
    {
        GroupDescription description = await admin.DescribeGroupAsync(group, cancellationToken);
        if (description.Members.Count > 0)
            throw new UserErrorException(
                $"group '{group}' has {Output.Quantity.Count(description.Members.Count, "member")}, whose positions would " +
                "overwrite the new ones; stop its consumers first", ExitCode.InUse);
        List<TopicPartition> partitions = [];
        foreach (TopicPartitions named in topics)
            partitions.AddRange(await FindPartitionsAsync(admin, named, cancellationToken));
        Dictionary<TopicPartition, PartitionBounds> bounds =
            await PartitionBounds.FindAsync(admin, partitions.ToHashSet(), target.Time, cancellationToken);
        IReadOnlyDictionary<TopicPartition, CommittedOffset> committed =
            await admin.ListGroupOffsetsAsync(group, bounds.Keys, cancellationToken);
        return
        [
            .. bounds.OrderBy(each => each.Key.Topic, StringComparer.Ordinal).ThenBy(each => each.Key.Partition)
                .Select(each => Plan(
                    group, each.Key, each.Value,
                    committed.TryGetValue(each.Key, out CommittedOffset offset) ? offset.Offset : null, target)),
        ];
    }

    /// <summary>Commits the new offsets.</summary>
    public static Task ApplyAsync(
        AdminClient admin, string group, IEnumerable<Move> moves, CancellationToken cancellationToken) =>
        admin.AlterGroupOffsetsAsync(
            group, moves.ToDictionary(move => move.Partition, move => new CommittedOffset(move.After)), cancellationToken);

    private static async Task<IEnumerable<TopicPartition>> FindPartitionsAsync(
        AdminClient admin, TopicPartitions named, CancellationToken cancellationToken)
    {
        TopicPartition[] all =
            await PartitionBounds.FindPartitionsAsync(admin, named.Topic, named: null, cancellationToken);
        if (named.Numbers is null) return all;
        foreach (int number in named.Numbers)
        {
            if (number >= all.Length) throw new UnknownTopicOrPartitionException(named.Topic, number, all.Length);
        }

        return named.Numbers.Select(number => all[number]);
    }

    private static Move Plan(
        string group, TopicPartition partition, PartitionBounds bounds, long? committed, OffsetTarget target) =>
        target.In(bounds, committed) is { } after
            ? new Move(partition, committed, after)
            : throw new UserErrorException(
                $"group '{group}' has no committed offset in {partition} to shift; name the partitions that have one, or " +
                "go to an offset", ExitCode.NotFound);
}
