using LogStore.Replicator.Diagnostics;
using LogStore.Replicator.Protocol;

namespace LogStore.Replicator.Replicas;

/// <summary>Carries out what the protocol wants.</summary>
public sealed partial class Replica
{
    /// <summary>Under the lock: does what can be done at once, begins what takes time, and publishes the replica's new state.</summary>
    private Outcome Execute(ReadOnlySpan<byte> records)
    {
        // Some effects are reported at once, and bring more.
        for (int index = 0; index < _effects.Count; index++)
        {
            ReplicaEffect effect = _effects[index];
            try
            {
                Execute(effect, records);
            }
            catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                Fail(exception);
            }
        }

        _effects.Clear();
        return Publish();
    }

    private void Execute(ReplicaEffect effect, ReadOnlySpan<byte> records)
    {
        switch (effect.Kind)
        {
            case ReplicaEffectKind.Send:
                _services.Links.Find(effect.Peer)?.TrySend(effect.Message);
                break;
            case ReplicaEffectKind.SendRecords: Pump(effect.Peer); break;
            case ReplicaEffectKind.Append: Append(records); break;
            case ReplicaEffectKind.Settle: _ = ChangeAsync(() => Log.SettleAsync()); break;
            case ReplicaEffectKind.Truncate: _ = ChangeAsync(() => TruncateAsync(effect.Offset)); break;
            case ReplicaEffectKind.Reset: _ = ChangeAsync(() => ResetAsync(effect.Offset)); break;
            case ReplicaEffectKind.AdvanceLogStart: _ = AdvanceLogStartAsync(effect.Offset); break;
            case ReplicaEffectKind.BeginEpoch:
                Log.BeginLeaderEpoch((int)effect.Offset);
                ReplicaEvents.BeganEpoch(_services.Logger, Topic.Name, Index, effect.Offset, _protocol.State!.Leader);
                break;
            case ReplicaEffectKind.Propose: _services.Host.Propose(this, effect.State!); break;
            case ReplicaEffectKind.Flush: Log.RequestFlush(); break;
        }
    }

    private void Pump(int peer)
    {
        if (_protocol.Leader is not { } leader || _services.Links.Find(peer) is not { } link) return;
        if (!_streams.TryGetValue(peer, out FollowerStream? stream)) _streams.Add(peer, stream = new FollowerStream(this, peer));
        try
        {
            if (!stream.Pump(leader, link)) _services.Links.AwaitRoom(peer, this);
        }
        catch (OffsetOutOfRangeException)
        {
            // Retention has been faster than the follower.
            leader.OnRecordsGone(peer, _effects);
        }
    }

    private void Append(ReadOnlySpan<byte> records)
    {
        try
        {
            Log.AppendReplicated(records);
            _protocol.OnAppended(_services.Now, _effects);
        }
        catch (Exception exception) when (exception is InvalidRecordBatchException or DiskFullException)
        {
            ReplicaEvents.AppendRefused(_services.Logger, Topic.Name, Index, exception.Message);
            if (exception is DiskFullException) OnDiskFull();
            _protocol.OnAppendFailed(_services.Now, _effects);
        }
    }

    private async ValueTask TruncateAsync(long offset)
    {
        ReplicaEvents.Truncating(_services.Logger, Topic.Name, Index, Log.LogEndOffset, offset, _protocol.HighWatermark);
        await Log.TruncateToAsync(offset).ConfigureAwait(false);
    }

    private async ValueTask ResetAsync(long offset)
    {
        ReplicaEvents.Resetting(_services.Logger, Topic.Name, Index, offset);
        await Log.ResetAsync(offset).ConfigureAwait(false);
    }

    private async Task ChangeAsync(Func<ValueTask> change)
    {
        // Whoever is waited for may be waiting for our lock.
        await Task.Yield();
        Outcome outcome;
        try
        {
            await change().ConfigureAwait(false);
        }
        catch (DiskFullException exception)
        {
            ReplicaEvents.AppendRefused(_services.Logger, Topic.Name, Index, exception.Message);
            await Task.Delay(TimeSpan.FromMilliseconds(500), _services.Time).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            lock (_gate)
            {
                Fail(exception);
                outcome = Publish();
            }

            Finish(outcome);
            return;
        }

        lock (_gate)
        {
            if (_isClosed) return;
            _protocol.OnLogAtRest(_services.Now, _effects);
            outcome = Execute([]);
        }

        Finish(outcome);
    }

    private async Task AdvanceLogStartAsync(long offset)
    {
        await Task.Yield();
        try
        {
            await Log.DeleteRecordsAsync(Math.Min(offset, Log.LogEndOffset)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // It is only housekeeping; the leader will say so again.
            ReplicaEvents.HousekeepingFailed(_services.Logger, Topic.Name, Index, exception.Message);
        }
    }

    /// <summary>The log can no longer be used: others must lead, and the authority is told so.</summary>
    private void Fail(Exception exception)
    {
        if (_isClosed || _failure is not null) return;
        if (exception is not ObjectDisposedException) ReplicaEvents.Failed(_services.Logger, Topic.Name, Index, exception);
        Volatile.Write(ref _failure, exception);
        _services.Host.ReportCondition(this);
    }

    /// <summary>Makes the protocol's state visible without the lock, and finds who waits no longer.</summary>
    private Outcome Publish()
    {
        Outcome outcome = default;
        LeaderReplica? leader = _failure is null ? _protocol.Leader : null;
        int leadingEpoch = leader is { IsDeposed: false } ? leader.LeaderEpoch : NotLeading;
        if (leadingEpoch != _leadingEpoch)
        {
            while (_waiters.TryDequeue(out CommitWaiter? waiter)) outcome.Add(waiter, NotLeader());
            outcome.IsChanged = true;
            foreach (FollowerStream stream in _streams.Values) stream.Dispose();
            _streams.Clear();
        }

        if (leader is not null && leader.HighWatermark > _highWatermark)
        {
            while (_waiters.TryPeek(out CommitWaiter? waiter) && waiter.Result.NextOffset <= leader.HighWatermark)
                outcome.Add(_waiters.Dequeue(), failure: null);
        }

        bool hasEnough = leader?.HasEnoughReplicas ?? false;
        if (!hasEnough && leadingEpoch != NotLeading)
        {
            while (_waiters.TryDequeue(out CommitWaiter? waiter))
                outcome.Add(waiter, new NotEnoughReplicasAfterAppendException(
                    Topic.Name, Index, leader!.State.InSyncReplicas.Length, _protocol.Options.MinInsyncReplicas));
        }

        bool isReadable = leader?.IsReadable ?? false;
        outcome.IsChanged |= _protocol.HighWatermark != _highWatermark || isReadable != _isReadable;
        Volatile.Write(ref _highWatermark, _protocol.HighWatermark);
        Log.HighWatermark = _protocol.HighWatermark;
        Volatile.Write(ref _isReadable, isReadable);
        Volatile.Write(ref _hasEnough, hasEnough);
        Volatile.Write(ref _inSyncReplicas, _protocol.State?.InSyncReplicas.Length ?? 0);
        Volatile.Write(ref _leaderId, _protocol.State?.Leader ?? PartitionState.NoLeader);
        Volatile.Write(ref _leaderEpoch, _protocol.State?.LeaderEpoch ?? 0);
        Volatile.Write(ref _leadingEpoch, leadingEpoch);
        return outcome;
    }
}
