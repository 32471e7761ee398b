namespace LogStore.Topics;

/// <summary>A topic as the catalog describes it. Immutable.</summary>
/// <param name="Name">Its name, unique in the data directory.</param>
/// <param name="Id">Its identity: a topic deleted and made again under the same name is another one.</param>
/// <param name="PartitionCount">How many partitions it has, numbered from 0.</param>
/// <param name="Config">The settings of its logs.</param>
public sealed record Topic(string Name, Guid Id, int PartitionCount, LogConfig Config)
{
    /// <summary>The most partitions a topic may have.</summary>
    public const int MaxPartitions = 10_000;

    /// <summary>The name of a partition's directory, as Kafka names it.</summary>
    public string DirectoryName(int partition) => $"{Name}-{partition}";

    /// <summary>Returns the partition if the topic has it.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">It has not.</exception>
    public int CheckPartition(int partition) => partition >= 0 && partition < PartitionCount
        ? partition
        : throw new UnknownTopicOrPartitionException(Name, partition, PartitionCount);

    internal static int CheckPartitionCount(int count) => count is > 0 and <= MaxPartitions
        ? count
        : throw new InvalidTopicException($"A topic has 1 to {MaxPartitions} partitions, not {count}.");
}
