namespace LogStore.Client;

/// <summary>What became of an election.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="ErrorCode">
/// None: there is a new leader. <see cref="ErrorCode.ElectionNotNeeded"/>: it is led so already.
/// <see cref="ErrorCode.PreferredLeaderNotAvailable"/>: the preferred replica is not in sync.
/// <see cref="ErrorCode.EligibleLeadersNotAvailable"/>: no replica is alive. <see cref="ErrorCode.RequestTimedOut"/>: it has not
/// come about in time, and still may.
/// </param>
/// <param name="Message">The broker's words for it; null if it has none.</param>
public sealed record ElectionResult(TopicPartition Partition, ErrorCode ErrorCode, string? Message);

/// <summary>A partition that is being moved to other brokers (KIP-455).</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Replicas">All brokers that have it now, those that come and those that go among them.</param>
/// <param name="AddingReplicas">Those that come.</param>
/// <param name="RemovingReplicas">Those that go, once all that come are in sync.</param>
public sealed record PartitionReassignment(
    TopicPartition Partition, IReadOnlyList<int> Replicas, IReadOnlyList<int> AddingReplicas,
    IReadOnlyList<int> RemovingReplicas)
{
    /// <summary>The brokers that have it when it is done.</summary>
    public IEnumerable<int> Target => Replicas.Where(each => !RemovingReplicas.Contains(each));
}
