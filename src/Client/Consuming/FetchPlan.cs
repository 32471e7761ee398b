namespace LogStore.Client.Consuming;

/// <summary>What to ask a broker for.</summary>
/// <param name="Targets">The partitions, and from where.</param>
/// <param name="Validations">The partitions of which it has to be asked first whether it has what was fetched so far.</param>
/// <param name="Versions">The states' versions, by which an answer that comes after a seek is recognised.</param>
/// <param name="IsSomeoneFull">Whether a partition is left out because enough of it was fetched ahead.</param>
/// <param name="DueIn">When to look again, if a partition is left out after an error; null if none is.</param>
internal sealed record FetchPlan(
    Dictionary<TopicPartition, FetchTarget> Targets, Dictionary<TopicPartition, EpochQuestion> Validations,
    Dictionary<TopicPartition, int> Versions, bool IsSomeoneFull, TimeSpan? DueIn)
{
    /// <summary>Whether there is nothing to ask for now.</summary>
    public bool IsEmpty => Targets.Count + Validations.Count == 0;
}

/// <summary>What a new leader is asked: where the epoch that was fetched last ends in its log (KIP-320).</summary>
/// <param name="CurrentEpoch">The epoch in which it is known to lead.</param>
/// <param name="LastEpoch">The epoch of the last batch that was fetched.</param>
internal readonly record struct EpochQuestion(int CurrentEpoch, int LastEpoch);
