using LogStore.Client.Cluster;
using LogStore.Client.Groups;

namespace LogStore.Client;

/// <content>The group.</content>
public partial class Consumer : IGroupHost
{
    private volatile GroupMembership? _membership;

    IReadOnlyList<TopicPartition> IGroupHost.Owned => _assignment.Partitions;

    /// <summary>This consumer's part in the group's present generation; null outside of one.</summary>
    public GroupMember? Member =>
        _membership?.State is { IsMember: true } state ? new GroupMember(state.MemberId, state.Generation) : null;

    /// <summary>Whether the next call that consumes has something else to do first.</summary>
    private protected bool NeedsAttention
    {
        get
        {
            if (_membership is not { } membership) return _isDisposed;
            membership.NotePoll();
            return _isDisposed || membership.NeedsUpdate || IsCommitDue;
        }
    }

    /// <summary>Reads topics as a member of the group, which divides their partitions among its members.</summary>
    /// <param name="topics">The topics; those that do not exist yet are taken up when they do.</param>
    /// <param name="listener">Told when partitions come and go; null if nobody cares.</param>
    /// <remarks>
    /// The group is joined by the calls that consume; one of them has to come within
    /// <see cref="ConsumerOptions.MaxPollInterval"/> after the other.
    /// </remarks>
    /// <exception cref="InvalidConfigException">There is no group.</exception>
    public void Subscribe(IEnumerable<string> topics, IRebalanceListener? listener = null)
    {
        ArgumentNullException.ThrowIfNull(topics);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfSubscribed();
        if (_coordination is null)
            throw new InvalidConfigException("group.id", "subscribing takes a group; set it, or assign partitions");
        _assignment.Set([]);
        _membership = new GroupMembership(_options, _cluster, _coordination, this, topics, listener);
    }

    /// <summary>Leaves the group, having committed if that is automatic.</summary>
    public async Task UnsubscribeAsync(CancellationToken cancellationToken = default)
    {
        if (_membership is not { } membership) return;
        await membership.LeaveAsync(cancellationToken).ConfigureAwait(false);
        _membership = null;
        _assignment.Set([]);
    }

    void IGroupHost.SetOwned(IReadOnlyCollection<TopicPartition> partitions) => SetAssignment(partitions);

    void IGroupHost.Wake() => _assignment.Changed.Set();

    async Task IGroupHost.CommitBeforeRevocationAsync(CancellationToken cancellationToken)
    {
        if (IsAutoCommit) await CommitQuietlyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What every call that consumes does first.</summary>
    private protected ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (IsCommitDue) StartAutoCommit();
        if (_membership is not { } membership) return ValueTask.CompletedTask;
        membership.NotePoll();
        return membership.NeedsUpdate ? new(membership.UpdateAsync(cancellationToken)) : ValueTask.CompletedTask;
    }

    private void OnRefreshed(ClusterSnapshot snapshot)
    {
        NoteTopicIds(snapshot);
        _membership?.NoteMetadata(snapshot);
        _fetch.Wake();
    }

    private void ThrowIfSubscribed()
    {
        if (_membership is not null)
            throw new InvalidOperationException("The consumer subscribes to topics already: unsubscribe first.");
    }

    /// <summary>Leaves the group if there is one; what goes wrong then, the coordinator finds out by itself.</summary>
    private async Task LeaveAsync()
    {
        using CancellationTokenSource limit = CreateLimit(_options.RequestTimeout);
        try
        {
            await _autoCommit.ConfigureAwait(false);
            if (_membership is { } membership) await membership.LeaveAsync(limit.Token).ConfigureAwait(false);
            else if (IsAutoCommit) await CommitQuietlyAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ClientException or OperationCanceledException)
        {
            ClientEvents.Rebalancing(_cluster.Logger, _options.GroupId ?? "", e.Message);
        }
    }
}
