using LogStore.Client.Cluster;
using LogStore.Client.Connections;
using LogStore.Client.Threading;
using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Client.Consuming;

/// <summary>Fetches ahead from one broker, over a connection of its own, for the partitions that it leads.</summary>
internal sealed class BrokerFetcher
{
    // While some partition waits for room, the others must not park a request for long: the room may come any moment.
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(20);

    private readonly int _nodeId;
    private readonly FetchCore _core;
    private readonly FetchSession _session = new();
    private readonly WakeSignal _wake = new();
    private readonly ITimer _timer;
    private readonly Task _running;
    private BrokerConnection? _connection;
    private int _failures;

    public BrokerFetcher(int nodeId, FetchCore core)
    {
        _nodeId = nodeId;
        _core = core;
        _timer = core.Options.TimeProvider.CreateTimer(
            _ => _wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Has the loop look whether there is something to fetch.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Waits for the loop, which ends with the cluster's connections.</summary>
    public async Task StopAsync()
    {
        Wake();
        await _running.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (!_core.Cluster.Closing.IsCancellationRequested)
        {
            try
            {
                if (await FetchAsync().ConfigureAwait(false)) continue;
            }
            catch (ClientException e)
            {
                _session.Reset();
                ClientEvents.FetchFailed(_core.Cluster.Logger, _nodeId, e.Message);
                if (e.IsTransient) _core.Cluster.RequestRefresh();
                else _core.FailAll(_nodeId, e);
                _timer.Change(
                    Backoff.After(++_failures, _core.Options.RetryBackoff, _core.Options.RetryBackoffMax),
                    Timeout.InfiniteTimeSpan);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                if (_core.Cluster.Closing.IsCancellationRequested) return;
                // It was a connection that has ended, not the client.
                _session.Reset();
                _timer.Change(
                    Backoff.After(++_failures, _core.Options.RetryBackoff, _core.Options.RetryBackoffMax),
                    Timeout.InfiniteTimeSpan);
            }

            await _wake.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends one request and takes its answer; false if there is nothing to ask for now.</summary>
    private async Task<bool> FetchAsync()
    {
        FetchPlan plan = _core.Plan(_nodeId);
        if (plan.IsEmpty)
        {
            if (plan.DueIn is { } dueIn) _timer.Change(dueIn, Timeout.InfiniteTimeSpan);
            return false;
        }

        BrokerConnection connection = await _core.Cluster
            .ConnectAsync(_nodeId, LinkPurpose.Fetch, _core.Cluster.Closing).ConfigureAwait(false);
        if (connection != _connection) _session.Reset();
        _connection = connection;
        if (plan.Validations.Count == 0) await FetchAsync(connection, plan).ConfigureAwait(false);
        else await ValidateAsync(connection, plan).ConfigureAwait(false);
        _failures = 0;
        return true;
    }

    /// <summary>
    /// Asks a new leader where the epochs end that were fetched last. Each question names the epoch in which the broker is
    /// known to lead: one that is behind is refused, and asked anew with what the metadata says then.
    /// </summary>
    private async Task ValidateAsync(BrokerConnection connection, FetchPlan plan)
    {
        if (!connection.Versions.Offers(ApiKey.OffsetForLeaderEpoch, least: 2))
        {
            _core.SettleAll(plan);
            return;
        }

        var request = new OffsetForLeaderEpochRequest
        {
            ReplicaId = -1,
            Topics = Partitions.ByTopic(
                plan.Validations.Keys,
                static (topic, of) => new OffsetForLeaderEpochRequest.Topic { Name = topic, Partitions = of },
                each => new OffsetForLeaderEpochRequest.Partition
                {
                    PartitionIndex = each.Partition,
                    CurrentLeaderEpoch = plan.Validations[each].CurrentEpoch,
                    LeaderEpoch = plan.Validations[each].LastEpoch,
                }),
        };
        _core.Take(
            await connection.SendAsync<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(
                request, _core.Options.RequestTimeout).ConfigureAwait(false),
            plan);
    }

    private async Task FetchAsync(BrokerConnection connection, FetchPlan plan)
    {
        TimeSpan wait = plan.IsSomeoneFull && ShortWait < _core.Options.FetchMaxWait
            ? ShortWait : _core.Options.FetchMaxWait;
        var request = new FetchRequest
        {
            MaxWaitMs = (int)wait.TotalMilliseconds,
            MinBytes = _core.Options.FetchMinBytes,
            MaxBytes = _core.Options.FetchMaxBytes,
            IsolationLevel = _core.Options.IsolationLevel,
        };
        _session.Fill(request, plan.Targets);
        Answer<FetchResponse> answer = await connection
            .SendPooledAsync<FetchRequest, FetchResponse>(request, wait + _core.Options.RequestTimeout)
            .ConfigureAwait(false);
        try
        {
            if (_session.Accept(answer.Response))
            {
                BrokerErrorException.ThrowIfError(answer.Response.ErrorCode, $"Fetching from {connection.Name}");
                _core.Take(answer.Response, answer.Frame!, plan);
            }
        }
        finally
        {
            answer.Frame!.Release();
        }
    }
}
