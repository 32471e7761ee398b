using LogStore.Records;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Replicas;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using LogStore.Topics;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LogStore.Replicator.Tests.Replicas;

/// <summary>One replica with a log of its own, whose peer is played by the test.</summary>
public sealed class ReplicaTests : IAsyncDisposable
{
    private const int Self = 1;
    private const int Other = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();
    private readonly ReplicaLinks _links = new();
    private Log _log = null!;
    private Replica _replica = null!;

    public async ValueTask DisposeAsync()
    {
        _replica.Close();
        await _log.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task AProducerThatWaitsLongDoesNotKeepOthersWaiting()
    {
        await OpenAsync(LogConfig.Default);
        _replica.OnState(LedBy(Self));
        Task<AppendResult> patient = AppendAsync(TimeSpan.FromSeconds(60));
        Task<AppendResult> impatient = AppendAsync(TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(6));
        _replica.OnTick();
        await Assert.ThrowsAsync<ReplicationTimeoutException>(() => impatient.WaitAsync(Patience));
        Assert.False(patient.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(60));
        _replica.OnTick();
        await Assert.ThrowsAsync<ReplicationTimeoutException>(() => patient.WaitAsync(Patience));
    }

    [Fact]
    public async Task NeitherTicksNorTheLogWaitForAReplicaThatIsHeldUp()
    {
        await OpenAsync(LogConfig.Default with { FlushMessages = 1 });
        using StuckLink link = new(Other);
        _links.Add(link);
        _replica.OnLinkUp(Other);
        _replica.OnState(LedBy(Other));
        await link.Arrival.WaitAsync(Patience);

        await Task.Run(_replica.OnTick, TestContext.Current.CancellationToken).WaitAsync(Patience);
        await _log.AppendAsync(Batch(), AckWhen.Flushed).AsTask().WaitAsync(Patience);
        // It comes to its turn only when whoever has flushed has nothing more to do.
        await _log.TruncateToAsync(0).AsTask().WaitAsync(Patience);
    }

    private static PartitionState LedBy(int leader) => new()
    {
        Leader = leader,
        LeaderEpoch = 1,
        Replicas = [Self, Other],
        InSyncReplicas = [new InSyncReplica(Self, 1), new InSyncReplica(Other, 1)],
        Version = 1,
    };

    private static RecordBatch Batch()
    {
        RecordBatchBuilder builder = new(new RecordBatchBuilderOptions());
        builder.TryAppend(0, default, "value"u8);
        return builder.Build();
    }

    private async Task OpenAsync(LogConfig config)
    {
        Topic topic = new("orders", Guid.NewGuid(), 1, config);
        _log = await Log.OpenAsync(new LogOptions { Directory = _directory.Path, Config = config });
        ReplicaServices services = new(_links, new SilentHost(), TimeSpan.FromHours(1), _clock, NullLogger.Instance);
        _replica = new Replica(services, topic, 0, _log, new LiveBroker(Self, Epoch: 1, IntactSince: 0, CreatedIn: 0));
    }

    private Task<AppendResult> AppendAsync(TimeSpan timeout) => _replica.AppendAsync(Batch(), ReplicaAcks.All, timeout).AsTask();

    /// <summary>A link that keeps whoever sends, until it is disposed.</summary>
    private sealed class StuckLink(int brokerId) : IReplicaLink, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();
        private readonly TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int BrokerId { get; } = brokerId;

        public long Generation => 1;

        public Task Arrival => _arrival.Task;

        public bool TrySend(in ReplicaMessage message)
        {
            _arrival.TrySetResult();
            _open.Wait();
            return true;
        }

        public bool TrySend(IPayloadSource source, int maxBytes) => true;

        public void Flush()
        {
        }

        public void Abort(string reason)
        {
        }

        public void Dispose()
        {
            _open.Set();
            _open.Dispose();
        }
    }

    private sealed class SilentHost : IReplicaHost
    {
        public void Propose(Replica replica, PartitionState state)
        {
        }

        public void ReportCondition(Replica replica)
        {
        }

        public void OnChanged(Replica replica)
        {
        }
    }
}
