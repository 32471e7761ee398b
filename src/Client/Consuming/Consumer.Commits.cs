using LogStore.Client.Consuming;
using LogStore.Client.Groups;

namespace LogStore.Client;

/// <content>Committed offsets.</content>
public partial class Consumer
{
    private static readonly Dictionary<TopicPartition, CommittedOffset> NoOffsets = [];

    private readonly GroupCoordination? _coordination;
    private Task _autoCommit = Task.CompletedTask;
    private long _lastAutoCommit;

    private bool IsAutoCommit => _options.EnableAutoCommit && _coordination is not null;

    private bool IsCommitDue =>
        IsAutoCommit && _options.TimeProvider.GetElapsedTime(_lastAutoCommit) >= _options.AutoCommitInterval;

    /// <summary>
    /// Commits the positions of all assigned partitions: everything that was handed out counts as consumed.
    /// </summary>
    /// <exception cref="CommitFailedException">The group has gone on without this member.</exception>
    /// <exception cref="InvalidConfigException">There is no group.</exception>
    public Task CommitAsync(CancellationToken cancellationToken = default) =>
        CommitChangedAsync(cancellationToken);

    /// <summary>Commits offsets, each that of the next record to be consumed.</summary>
    /// <exception cref="CommitFailedException">The group has gone on without this member.</exception>
    /// <exception cref="InvalidConfigException">There is no group.</exception>
    public Task CommitAsync(
        IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        return Coordination.CommitAsync(_membership?.State ?? GroupState.Outside, offsets, cancellationToken);
    }

    /// <summary>The offsets that the group has committed; partitions without one are not in the result.</summary>
    /// <exception cref="InvalidConfigException">There is no group.</exception>
    public Task<IReadOnlyDictionary<TopicPartition, CommittedOffset>> CommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken = default) =>
        Coordination.ReadCommittedAsync(partitions, cancellationToken);

    private GroupCoordination Coordination =>
        _coordination ?? throw new InvalidConfigException("group.id", "committing takes a group; set it");

    private async Task<IReadOnlyDictionary<TopicPartition, CommittedOffset>> ReadCommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) => _coordination is null
            ? NoOffsets
            : await _coordination.ReadCommittedAsync(partitions, cancellationToken).ConfigureAwait(false);

    private async Task CommitChangedAsync(CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, CommittedOffset> offsets = [];
        lock (_assignment.Gate)
        {
            foreach (PartitionState state in _assignment.States)
            {
                if (state.Position >= 0 && state.Position != state.Committed)
                    offsets[state.Partition] = new CommittedOffset(state.Position, state.PositionEpoch);
            }
        }

        await CommitAsync(offsets, cancellationToken).ConfigureAwait(false);
        lock (_assignment.Gate)
        {
            foreach ((TopicPartition partition, CommittedOffset offset) in offsets)
                if (_assignment.TryFind(partition, out PartitionState state)) state.Committed = offset.Offset;
        }
    }

    /// <summary>Commits without the application's doing: it is told of nothing, for nothing is lost but time.</summary>
    private async Task CommitQuietlyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CommitChangedAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ClientException or OperationCanceledException or ObjectDisposedException)
        {
            ClientEvents.CommitFailed(_cluster.Logger, _options.GroupId!, e.Message);
        }
    }

    /// <summary>Commits in the background what was handed out before this call.</summary>
    private void StartAutoCommit()
    {
        if (!_autoCommit.IsCompleted) return;
        _lastAutoCommit = _options.TimeProvider.GetTimestamp();
        _autoCommit = CommitQuietlyAsync(_cluster.Closing);
    }
}
