using LogStore.Replicator.Protocol;
using Xunit;

namespace LogStore.Replicator.Tests.Protocol;

public sealed class ClusterControllerTests
{
    private static readonly PartitionId Partition = new(new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), 0);

    private readonly ClusterController _controller = new();
    private readonly List<ControllerEffect> _effects = [];
    private PartitionState _state = null!;

    [Fact]
    public void AMemberThatHasEverythingAndOnlyCannotServeIsWaitedFor()
    {
        Tell(Led(by: 1, 1, 2));
        _controller.OnReplicaFailed(Partition, 1, hasFailed: true, _effects);
        LoseUnflushed(2);
        _controller.OnReady(_effects);
        PartitionState abandoned = Settled();
        Assert.Equal(PartitionState.NoLeader, abandoned.Leader);
        Assert.Equal([1, 2], abandoned.InSyncReplicas.Select(replica => replica.BrokerId));
        _controller.OnReplicaFailed(Partition, 1, hasFailed: false, _effects);
        Assert.Equal(1, Settled().Leader);
    }

    [Fact]
    public void WhereEveryMemberHasLostSomethingOneLeadsOn()
    {
        Tell(Led(by: 1, 1, 2));
        LoseUnflushed(2);
        LoseUnflushed(1);
        _controller.OnReady(_effects);
        Assert.Equal(1, Settled().Leader);
    }

    [Fact]
    public void AnOperatorIsHeardWhileAChangeIsUnderWay()
    {
        Tell(Led(by: 1, 1, 2));
        _controller.OnReady(_effects);
        _controller.OnBrokerGone(2, _effects);
        _controller.OnBrokerGone(1, _effects);
        _controller.OnBroker(new LiveBroker(3, 13, 13, 13), _effects);
        Assert.Single(_effects); // The in-sync set without 2, which is under way.
        _controller.ElectUnclean([Partition], _effects);
        Assert.Equal(3, Settled().Leader);
    }

    [Fact]
    public void WhatAnOperatorHasGivenUpIsGivenUpOnce()
    {
        Tell(Led(by: 1, 1));
        _controller.OnReady(_effects);
        _controller.OnBrokerGone(1, _effects);
        Assert.Equal(PartitionState.NoLeader, Settled().Leader);
        _controller.ElectUnclean([Partition], _effects);
        Assert.Empty(_effects);
        _controller.OnBroker(new LiveBroker(3, 13, 13, 13), _effects);
        Assert.Empty(_effects);
    }

    [Fact]
    public void WhoLeavesASetThatIsTooSmallToCommitStaysEligible()
    {
        Tell(Led(by: 1, 1, 2, 3));
        _controller.OnReady(_effects);
        _controller.OnBrokerGone(2, _effects);
        Assert.Empty(Settled().Eligible);
        _controller.OnBrokerGone(3, _effects);
        PartitionState state = Settled();
        Assert.Equal([new InSyncReplica(1, 11)], state.InSyncReplicas);
        Assert.Equal([new InSyncReplica(3, 13)], state.Eligible);
    }

    [Fact]
    public void AnEligibleReplicaLeadsWhereNoneIsInSync()
    {
        Tell(Led(by: 3, 3) with { Eligible = [new(1, 11)] });
        _controller.OnBroker(new LiveBroker(1, 31, 1, 1), _effects);
        _controller.OnReady(_effects);
        _controller.OnBrokerGone(3, _effects);
        PartitionState state = Settled();
        Assert.Equal(1, state.Leader);
        Assert.Equal([new InSyncReplica(1, 31)], state.InSyncReplicas);
        Assert.Equal([new InSyncReplica(3, 13)], state.Eligible);
    }

    [Fact]
    public void AnEligibleReplicaThatIsAwayIsWaitedFor()
    {
        Tell(Led(by: 3, 3) with { Eligible = [new(1, 11)] });
        _controller.OnReady(_effects);
        LoseUnflushed(3);
        Assert.Equal(PartitionState.NoLeader, Settled().Leader);
        _controller.OnBroker(new LiveBroker(1, 31, 1, 1), _effects);
        Assert.Equal(1, Settled().Leader);
    }

    [Fact]
    public void AnEligibleReplicaThatHasLostRecordsLeadsOnlyWhereAllHave()
    {
        Tell(Led(by: 3, 3) with { Eligible = [new(1, 11)] });
        LoseUnflushed(1);
        _controller.OnReady(_effects);
        _controller.OnBrokerGone(3, _effects);
        Assert.Equal(PartitionState.NoLeader, Settled().Leader);
        _controller.OnBroker(new LiveBroker(3, 33, 33, 33), _effects); // With a new directory.
        Assert.Equal(1, Settled().Leader);
    }

    private static PartitionState Led(int by, params int[] inSync) => new()
    {
        Leader = by,
        LeaderEpoch = 5,
        Replicas = [1, 2, 3],
        InSyncReplicas = [.. inSync.Select(id => new InSyncReplica(id, 10 + id))],
        Version = 1,
    };

    /// <summary>Those that are in sync live, in the lives 11, 12 and so on.</summary>
    private void Tell(PartitionState state)
    {
        _state = state;
        foreach (InSyncReplica replica in state.InSyncReplicas)
            _controller.OnBroker(new LiveBroker(replica.BrokerId, replica.BrokerEpoch, 1, 1), _effects);
        _controller.OnPartition(Partition, state, minInsyncReplicas: 2, allowsUnclean: false, _effects);
    }

    private void LoseUnflushed(int brokerId)
    {
        _controller.OnBrokerGone(brokerId, _effects);
        _controller.OnBroker(new LiveBroker(brokerId, 20 + brokerId, 20 + brokerId, 1), _effects);
    }

    /// <summary>Has the changes made that the controller wants, until it wants no more.</summary>
    private PartitionState Settled()
    {
        while (_effects.Count > 0)
        {
            ControllerEffect effect = _effects[0];
            _effects.RemoveAt(0);
            Assert.Equal(_state.Version, effect.State.Version);
            _state = effect.State with { Version = _state.Version + 1 };
            _controller.OnPartition(Partition, _state, minInsyncReplicas: 2, allowsUnclean: false, _effects);
        }

        return _state;
    }
}
