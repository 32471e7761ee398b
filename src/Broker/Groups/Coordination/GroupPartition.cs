using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using LogStore.Broker.Diagnostics;
using LogStore.Broker.Groups.Storage;
using LogStore.KafkaProtocol;
using LogStore.Records;
using LogStore.Replicator;

namespace LogStore.Broker.Groups.Coordination;

/// <summary>
/// The groups of one partition of the offsets topic, for as long as this broker leads it. Made when that begins; while
/// it is being read its groups are in nobody's hands.
/// </summary>
/// <remarks>Thread-safe.</remarks>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable",
    Justification = "The source has neither a timer nor a handle, and whoever unloads the partition may meet its loading.")]
internal sealed class GroupPartition(int index, int leaderEpoch, GroupServices services)
{
    private readonly ConcurrentDictionary<string, LiveGroup> _groups = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private volatile ServiceState _state = ServiceState.Loading;

    private enum ServiceState
    {
        Loading,
        Served,
        Damaged,
        Unloaded,
    }

    /// <summary>Why its groups are not served; <see cref="ErrorCode.None"/> if they are.</summary>
    public ErrorCode Refusal => _state switch
    {
        ServiceState.Loading => ErrorCode.CoordinatorLoadInProgress,
        ServiceState.Served => ErrorCode.None,
        ServiceState.Damaged => ErrorCode.CoordinatorNotAvailable,
        _ => ErrorCode.NotCoordinator,
    };

    /// <summary>The epoch of this broker's leadership: in another one, what is kept here may differ from the log.</summary>
    public int LeaderEpoch => leaderEpoch;

    public IEnumerable<LiveGroup> Groups => _groups.Values;

    /// <summary>Reads the partition, and serves its groups on return, unless it cannot be read.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        GroupReplay replay = new();
        using CancellationTokenSource ended =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        try
        {
            await services.Log.WaitUntilCommittedAsync(index, ended.Token).ConfigureAwait(false);
            await ReadAsync(replay, ended.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or NotLeaderException)
        {
            Enter(ServiceState.Unloaded);
            return;
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or ObjectDisposedException)
        {
            // Half of the offsets would send consumers back to where they have been, or past what they have not read.
            GroupEvents.LoadFailed(services.Logger, index, exception);
            Enter(ServiceState.Damaged);
            return;
        }

        if (replay.FirstSkipped is { } skipped)
            GroupEvents.SkippedRecords(services.Logger, index, replay.SkippedCount, skipped.Offset, skipped.Reason);
        foreach ((string groupId, GroupReplay.ReplayedGroup replayed) in replay.Groups)
        {
            if (!replayed.IsGone) _groups[groupId] = new LiveGroup(groupId, index, services, replayed);
        }

        GroupEvents.Loaded(services.Logger, index, _groups.Count, replay.RecordCount);
        Enter(ServiceState.Served);
        // It may have been taken away meanwhile.
        if (Refusal != ErrorCode.None) EndAll(Refusal);
    }

    public bool TryFind(string groupId, [NotNullWhen(true)] out LiveGroup? group) =>
        _groups.TryGetValue(groupId, out group);

    public LiveGroup FindOrAdd(string groupId)
    {
        LiveGroup group = _groups.GetOrAdd(
            groupId, static (id, partition) => new LiveGroup(id, partition.Index, partition.Services), this);
        // Whoever unloads the partition says so first and then goes through the groups: one of us finds this one.
        if (Refusal is not ErrorCode.None and var refusal) group.Unload(refusal);
        return group;
    }

    /// <summary>Takes the groups out of this broker's hands; nothing is appended for them from here on.</summary>
    public void Unload(ErrorCode error)
    {
        _state = ServiceState.Unloaded;
        _ending.Cancel();
        EndAll(error);
    }

    /// <summary>Deletes a group without members.</summary>
    public async ValueTask<ErrorCode> DeleteAsync(LiveGroup group)
    {
        ErrorCode error = await group.DeleteAsync().ConfigureAwait(false);
        if (group.IsDead) _groups.TryRemove(new(group.GroupId, group));
        return error;
    }

    /// <summary>Forgets offsets that are too old, and groups that nothing is left of.</summary>
    public async ValueTask ExpireOffsetsAsync()
    {
        foreach ((string groupId, LiveGroup group) in _groups)
        {
            if (Refusal != ErrorCode.None) return;
            if (await group.ExpireOffsetsAsync().ConfigureAwait(false)) _groups.TryRemove(new(groupId, group));
        }
    }

    private async Task ReadAsync(GroupReplay replay, CancellationToken cancellationToken)
    {
        // One after another: it is the disk's time that is spent, and the first groups are served the sooner.
        await services.Reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (RecordBatch batch in services.Log.ReadAsync(index, cancellationToken).ConfigureAwait(false))
                replay.Read(batch);
        }
        finally
        {
            services.Reading.Release();
        }
    }

    private int Index => index;

    private GroupServices Services => services;

    private void Enter(ServiceState state) => Interlocked.CompareExchange(ref _state, state, ServiceState.Loading);

    private void EndAll(ErrorCode error)
    {
        foreach (LiveGroup group in _groups.Values) group.Unload(error);
        _groups.Clear();
    }
}
