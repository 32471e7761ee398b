using LogStore.Replicator.Protocol;
using Xunit;

namespace LogStore.Replicator.Tests.Protocol;

/// <summary>Whom a leader counts, and lets go of.</summary>
public sealed class LeaderReplicaTests
{
    private const int Self = 1;
    private const int Other = 2;

    private readonly FakeLog _log = new() { LogEndOffset = 100, FlushedOffset = 100, LatestEpoch = 5 };
    private readonly List<ReplicaEffect> _effects = [];
    private readonly PartitionReplica _replica;
    private PartitionState _state = new()
    {
        Leader = Self,
        LeaderEpoch = 6,
        Replicas = [Self, Other],
        InSyncReplicas = [new(Self, 1), new(Other, 1)],
        Version = 1,
    };

    public LeaderReplicaTests()
    {
        LiveBroker self = new(Self, Epoch: 1, IntactSince: 0, CreatedIn: 0);
        _replica = new PartitionReplica(
            new PartitionId(Guid.NewGuid(), 0), self, _log,
            new ReplicaOptions { MinInsyncReplicas = 2, CommitsFlushed = true, LagTimeMaxMs = 1000 });
        _replica.OnBroker(self, now: 0, _effects);
        _replica.OnBroker(new LiveBroker(Other, Epoch: 1, IntactSince: 0, CreatedIn: 0), now: 0, _effects);
        _replica.OnLinkUp(Other, now: 0, _effects);
        _replica.OnState(_state, now: 0, _effects);
        Tell(ReplicaMessageKind.Follow, end: 100, flushed: 100, now: 0);
    }

    [Fact]
    public void AFollowerWhoseFlushHangsIsLetGoAndNotTakenInAgainBeforeItEnds()
    {
        Append(105);
        RunUntil(2000, flushed: 100);
        Assert.Equal([Self], Proposed());
        Decide(2000);
        RunUntil(4000, flushed: 100);
        Assert.Empty(Proposed());
        Assert.Equal(100, _replica.HighWatermark);

        RunUntil(4100, flushed: 105);
        Assert.Equal([Self, Other], Proposed());
        Decide(4100);
        Assert.Equal(105, _replica.HighWatermark);
    }

    [Fact]
    public void AFollowerThatFlushesInTimeStays()
    {
        for (int batch = 1; batch <= 20; batch++)
        {
            Append(100 + batch);
            RunUntil(batch * 200, flushed: 100 + batch);
            Assert.Empty(Proposed());
        }

        Assert.Equal(120, _replica.HighWatermark);
    }

    [Fact]
    public void AReplicaThatCannotServeIsTakenInOnlyOnceItCanAgain()
    {
        _replica.OnReplicaFailed(Other, hasFailed: true, now: 0, _effects);
        _state = _state with { InSyncReplicas = [new(Self, 1)], Version = _state.Version + 1 }; // By the controller.
        _replica.OnState(_state, now: 0, _effects);
        RunUntil(500, flushed: 100);
        Assert.Empty(Proposed());
        _replica.OnReplicaFailed(Other, hasFailed: false, now: 500, _effects);
        Assert.Equal([Self, Other], Proposed());
    }

    /// <summary>Time goes by, in which the follower answers all the time and has flushed so far.</summary>
    private void RunUntil(long end, long flushed)
    {
        _effects.Clear();
        for (long now = end - 100; now <= end; now += 100)
        {
            Tell(ReplicaMessageKind.Acknowledge, _log.LogEndOffset, flushed, now);
            _replica.OnTick(now, _effects);
        }
    }

    private void Append(long endOffset)
    {
        _log.LogEndOffset = _log.FlushedOffset = endOffset;
        _replica.OnLogAdvanced(_effects);
        Assert.True(_replica.Leader!.TryDescribeAppend(Other, out ReplicaMessage message));
        _replica.Leader.OnSent(Other, message with { EndOffset = endOffset });
        Assert.False(_replica.Leader.TryDescribeAppend(Other, out _));
    }

    private int[] Proposed() =>
    [
        .. _effects.Where(effect => effect.Kind == ReplicaEffectKind.Propose)
            .SelectMany(effect => effect.State!.InSyncReplicas).Select(replica => replica.BrokerId),
    ];

    /// <summary>The authority agrees.</summary>
    private void Decide(long now)
    {
        ReplicaEffect proposal = _effects.Single(effect => effect.Kind == ReplicaEffectKind.Propose);
        _state = proposal.State! with { Version = _state.Version + 1 };
        _effects.Clear();
        _replica.OnState(_state, now, _effects);
        Assert.Empty(Proposed());
    }

    private void Tell(ReplicaMessageKind kind, long end, long flushed, long now) => _replica.OnMessage(
        Other,
        new ReplicaMessage(kind, _replica.Partition, 6, ReplicaSession.First(brokerEpoch: 1))
        {
            LastEpoch = 5,
            EndOffset = end,
            FlushedOffset = flushed,
        },
        hasRecords: false, now, _effects);
}
