using System.Collections.Concurrent;
using LogStore.Broker.Diagnostics;
using LogStore.Broker.Groups.Coordination;
using LogStore.Broker.Groups.Storage;
using LogStore.KafkaProtocol;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Groups;

/// <summary>
/// Coordinates the groups of the partitions of the offsets topic that this broker leads: who is a member, who works on
/// what, and how far they have come.
/// </summary>
/// <remarks>
/// Thread-safe. A group has a lock of its own; all deadlines are behind one timer. What waits for a group ends with its
/// client's connection, or with the coordinator.
/// </remarks>
internal sealed partial class GroupCoordinator : IAsyncDisposable
{
    private static readonly TimeSpan FirstLoadPatience = TimeSpan.FromSeconds(1);

    private readonly GroupServices _services;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopped;
    private readonly ConcurrentDictionary<int, GroupPartition> _partitions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _retentionTimer;
    private readonly Lock _gate = new();

    // Held while it is looked who leads a partition and done what follows, so that who looks last sees the latest.
    private readonly Lock _changes = new();
    private Task _loading = Task.CompletedTask;
    private Task _expiring = Task.CompletedTask;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private volatile bool _isStarted;
    private bool _disposed;
    private volatile int _partitionCount;

    public GroupCoordinator(GroupOptions options, IGroupLog log, TimeProvider time, ILogger logger)
    {
        _time = time;
        _stopped = _stopping.Token;
        GroupClock clock = new(time);
        _services = new GroupServices(options, options.Rules, log, clock, new DeadlineQueue(time, clock), logger);
        TimeSpan interval = options.OffsetsRetentionCheckInterval;
        _retentionTimer = time.CreateTimer(_ => ExpireInBackground(), null, interval, interval);
        log.AddLeadershipListener(OnLeadershipChanged);
    }

    /// <summary>When all partitions that this broker leads so far are loaded.</summary>
    public Task Loaded
    {
        get
        {
            lock (_gate) return _loading;
        }
    }

    /// <summary>When the search for offsets that have expired, if one is on, has ended.</summary>
    internal Task Expired
    {
        get
        {
            lock (_gate) return _expiring;
        }
    }

    /// <summary>The present, as commits are dated.</summary>
    public Instant Now => _services.Clock.Now;

    /// <summary>
    /// Starts to serve the groups of the partitions that this broker leads, if there is an offsets topic. Loading goes on after
    /// it. What is led later is taken on as it comes.
    /// </summary>
    public void Start()
    {
        if (!_services.Log.Exists) return;
        Task[] loading = [.. Enumerable.Range(0, _services.Log.PartitionCount).Select(RefreshAsync)];
        _isStarted = true;
        lock (_gate) _loading = Task.WhenAll(_loading, ReportAsync(Task.WhenAll(loading), loading.Length));
    }

    /// <summary>Makes the offsets topic if there is none, and serves the groups of the partitions that are led here.</summary>
    /// <exception cref="LogStoreException">It cannot be made.</exception>
    public async ValueTask EnsureStartedAsync(CancellationToken cancellationToken)
    {
        if (!_isStarted)
        {
            await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                // To the end, even if the client does not wait for it.
                if (!_services.Log.Exists)
                    await _services.Log.CreateAsync(CancellationToken.None).ConfigureAwait(false);
                if (!_isStarted) Start();
            }
            finally
            {
                _starting.Release();
            }

            // So that the first who asks need not ask twice; but a partition may also have to wait for another broker.
            await Task.WhenAny(Loaded, Task.Delay(FirstLoadPatience, _time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Has this broker serve a partition's groups if it leads the partition, and not if it does not. What it has of an
    /// earlier epoch is given up and read again: another leader may have written meanwhile.
    /// </summary>
    /// <returns>Ends when the partition is loaded, if it has to be.</returns>
    public Task RefreshAsync(int partition)
    {
        GroupPartition added;
        lock (_changes)
        {
            int? epoch = _disposed ? null : _services.Log.LeaderEpochOf(partition);
            if (_partitions.TryGetValue(partition, out GroupPartition? known))
            {
                if (known.LeaderEpoch == epoch) return Task.CompletedTask;
                // Before the new one is read, so that no group of the old one writes behind what is read.
                Unload(partition);
            }

            if (epoch is null) return Task.CompletedTask;
            // As it is at first: a group stays where it is, even if the topic is given more partitions.
            if (_partitionCount == 0) _partitionCount = _services.Log.PartitionCount;
            added = new GroupPartition(partition, epoch.Value, _services);
            _partitions[partition] = added;
        }

        return Task.Run(() => added.LoadAsync(_stopped));
    }

    /// <summary>Ceases to serve the groups of a partition, until <see cref="RefreshAsync"/>.</summary>
    public void Unload(int partition)
    {
        if (_partitions.TryRemove(partition, out GroupPartition? removed)) removed.Unload(ErrorCode.NotCoordinator);
    }

    /// <summary>Ends it, with an answer to everybody who waits. Called again, it does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_changes)
        {
            if (_disposed) return;
            _disposed = true;
        }

        _services.Log.RemoveLeadershipListener(OnLeadershipChanged);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _retentionTimer.DisposeAsync().ConfigureAwait(false);
        _services.Deadlines.Dispose();
        foreach (GroupPartition partition in _partitions.Values) partition.Unload(ErrorCode.CoordinatorNotAvailable);
        Task background;
        lock (_gate) background = Task.WhenAll(_loading, _expiring);
        await background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _starting.Dispose();
    }

    /// <summary>
    /// Not on the caller's thread: it may hold a lock that a group needs to append, and the groups' own locks are taken here.
    /// </summary>
    private void OnLeadershipChanged(int partition)
    {
        Task refreshing = Task.Run(() => RefreshAsync(partition));
        lock (_gate) _loading = _loading.IsCompleted ? refreshing : Task.WhenAll(_loading, refreshing);
    }

    private async Task ReportAsync(Task loading, int partitions)
    {
        await loading.ConfigureAwait(false);
        GroupEvents.LoadedAll(_services.Logger, _partitions.Values.Sum(partition => partition.Groups.Count()), partitions);
    }

    private void ExpireInBackground()
    {
        lock (_gate)
        {
            if (_expiring.IsCompleted && !_stopping.IsCancellationRequested) _expiring = ExpireOffsetsAsync();
        }
    }

    private async Task ExpireOffsetsAsync()
    {
        try
        {
            foreach (GroupPartition partition in _partitions.Values)
                await partition.ExpireOffsetsAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Nobody waits for it, and the next time it may well go through.
            GroupEvents.ExpiryFailed(_services.Logger, exception);
        }
    }

    private ErrorCode FindPartition(string groupId, out GroupPartition? partition)
    {
        partition = null;
        if (_partitionCount == 0) return ErrorCode.NotCoordinator;
        int index = GroupPartitioner.PartitionOf(groupId, _partitionCount);
        if (!_partitions.TryGetValue(index, out partition)) return ErrorCode.NotCoordinator;
        // A change of the leadership is heard of a moment after it has happened. What is in memory is of its epoch: in the
        // next one, another broker may have written what is not here.
        int? epoch = _services.Log.LeaderEpochOf(index);
        return epoch == partition.LeaderEpoch ? partition.Refusal
            : epoch is null ? ErrorCode.NotCoordinator
            : ErrorCode.CoordinatorLoadInProgress;
    }

    /// <summary>Looks a group up; null without an error if there is none.</summary>
    private ErrorCode Find(string groupId, out LiveGroup? group)
    {
        group = null;
        ErrorCode refusal = FindPartition(groupId, out GroupPartition? partition);
        if (refusal == ErrorCode.None) partition!.TryFind(groupId, out group);
        return refusal;
    }

    private ErrorCode FindOrAdd(string groupId, out LiveGroup? group)
    {
        ErrorCode refusal = FindPartition(groupId, out GroupPartition? partition);
        group = refusal == ErrorCode.None ? partition!.FindOrAdd(groupId) : null;
        return refusal;
    }
}
