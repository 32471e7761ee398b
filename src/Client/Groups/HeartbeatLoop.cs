using LogStore.Client.Cluster;

namespace LogStore.Client.Groups;

/// <summary>Tells the coordinator that the member lives, as long as the application consumes.</summary>
internal sealed class HeartbeatLoop(
    ConsumerOptions options, ClusterClient cluster, GroupCoordination coordination, GroupMembership membership)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time = options.TimeProvider;
    private GroupState? _state;
    private Task? _running;
    private long _lastBeat;
    private long _lastPoll;
    private bool _isPolling;
    private volatile bool _wasPolled;

    /// <summary>Notes that the application consumes; cheap enough for every record.</summary>
    public void NotePoll()
    {
        if (!_wasPolled) _wasPolled = true;
    }

    /// <summary>A call that consumes has begun, and may wait for as long as it likes.</summary>
    public void BeginPoll()
    {
        lock (_gate) _isPolling = true;
    }

    /// <summary>The call has ended.</summary>
    public void EndPoll()
    {
        lock (_gate) (_isPolling, _lastPoll) = (false, _time.GetTimestamp());
    }

    /// <summary>Sends none while the member joins: the coordinator knows that it is there.</summary>
    public void Pause()
    {
        lock (_gate) _state = null;
    }

    /// <summary>Sends them for a generation.</summary>
    public void Resume(GroupState state)
    {
        lock (_gate)
        {
            _state = state.IsMember ? state : null;
            _lastBeat = _lastPoll = _time.GetTimestamp();
            _running ??= Task.Run(RunAsync);
        }
    }

    public async Task StopAsync()
    {
        _stop.TrySetResult();
        Task? running;
        lock (_gate) running = _running;
        if (running is not null) await running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        CancellationToken closing = cluster.Closing;
        while (true)
        {
            await Task.WhenAny(Task.Delay(options.HeartbeatInterval, _time, closing), _stop.Task).ConfigureAwait(false);
            if (closing.IsCancellationRequested || _stop.Task.IsCompleted) return;
            GroupState? state;
            lock (_gate) state = _state;
            if (state is null) continue;
            try
            {
                if (IsIdleForTooLong()) await GiveUpAsync(state, closing).ConfigureAwait(false);
                else await BeatAsync(state, closing).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                if (closing.IsCancellationRequested) return;
            }
        }
    }

    private async Task BeatAsync(GroupState state, CancellationToken cancellationToken)
    {
        ErrorCode code;
        try
        {
            code = await coordination.HeartbeatAsync(state, cancellationToken).ConfigureAwait(false);
        }
        catch (ClientException e)
        {
            code = e.ErrorCode;
        }

        lock (_gate)
        {
            if (_state != state) return; // It has joined anew meanwhile.
            if (code is ErrorCode.None or ErrorCode.RebalanceInProgress) _lastBeat = _time.GetTimestamp();
            else if (_time.GetElapsedTime(_lastBeat) >= options.SessionTimeout) code = ErrorCode.UnknownMemberId;
            if (code is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId)
                _state = null;
        }

        switch (code)
        {
            case ErrorCode.RebalanceInProgress:
                membership.Rejoin(isLost: false, "members come or go");
                break;
            case ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration:
                membership.Rejoin(isLost: true, "the coordinator has given the member up");
                break;
            case ErrorCode.FencedInstanceId:
                membership.Fail(new BrokerErrorException(code, $"Taking part in group '{coordination.GroupId}'"));
                break;
        }
    }

    private bool IsIdleForTooLong()
    {
        lock (_gate)
        {
            if (_wasPolled || _isPolling) _lastPoll = _time.GetTimestamp();
            _wasPolled = false;
            return _time.GetElapsedTime(_lastPoll) >= options.MaxPollInterval;
        }
    }

    /// <summary>An application that does not consume must not keep its partitions from those who do.</summary>
    private async Task GiveUpAsync(GroupState state, CancellationToken cancellationToken)
    {
        lock (_gate) _state = null;
        membership.Rejoin(isLost: true, "the application has not consumed within max.poll.interval.ms");
        try
        {
            await coordination.LeaveAsync(state, cancellationToken).ConfigureAwait(false);
        }
        catch (ClientException e)
        {
            // Then the coordinator finds out by itself when the session ends.
            ClientEvents.Rebalancing(cluster.Logger, coordination.GroupId, e.Message);
        }
    }
}
