namespace LogStore.Client;

/// <summary>Told when a group gives partitions to this consumer, or takes them.</summary>
/// <remarks>
/// Calls come within calls that consume, never beside them: no record is handed out meanwhile. Offsets can be committed
/// in
/// <see cref="OnRevokedAsync"/>, not in <see cref="OnLostAsync"/>.
/// </remarks>
public interface IRebalanceListener
{
    /// <summary>These partitions are this consumer's from now on.</summary>
    /// <param name="partitions">Only the new ones where the strategy is cooperative, otherwise all.</param>
    public Task OnAssignedAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>These partitions are about to be somebody else's.</summary>
    public Task OnRevokedAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>These partitions may be somebody else's already: the group has gone on without this member.</summary>
    public Task OnLostAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken) =>
        OnRevokedAsync(partitions, cancellationToken);
}
