namespace LogStore.Client;

/// <summary>A topic to be created.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">How many partitions; -1 for the broker's default.</param>
/// <param name="ReplicationFactor">How many replicas of each; -1 for the broker's default.</param>
public sealed record NewTopic(string Name, int Partitions = -1, short ReplicationFactor = -1)
{
    /// <summary>The topic's own settings.</summary>
    public IReadOnlyDictionary<string, string> Configs { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The brokers of each partition, by its number; then neither count is given. Null leaves it to the broker.
    /// </summary>
    public IReadOnlyDictionary<int, int[]>? Assignments { get; init; }
}

/// <summary>A topic in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PartitionCount">How many partitions it has.</param>
/// <param name="IsInternal">Whether it belongs to the cluster itself.</param>
public sealed record TopicListing(string Name, int PartitionCount, bool IsInternal);

/// <summary>A topic in full.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsInternal">Whether it belongs to the cluster itself.</param>
/// <param name="Partitions">Its partitions, by number.</param>
public sealed record TopicDescription(string Name, bool IsInternal, IReadOnlyList<PartitionDescription> Partitions);

/// <summary>A partition and where it is.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="LeaderId">The broker that leads it; -1 if none does.</param>
/// <param name="LeaderEpoch">The leader's epoch; -1 if it is not known.</param>
/// <param name="Replicas">The brokers that have it.</param>
/// <param name="InSyncReplicas">Those that have all of it.</param>
/// <param name="OfflineReplicas">Those that are down.</param>
public sealed record PartitionDescription(
    int Partition, int LeaderId, int LeaderEpoch, IReadOnlyList<int> Replicas, IReadOnlyList<int> InSyncReplicas,
    IReadOnlyList<int> OfflineReplicas);
