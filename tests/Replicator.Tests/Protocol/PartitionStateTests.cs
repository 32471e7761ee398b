using LogStore.Replicator.Cluster;
using LogStore.Replicator.Protocol;
using Xunit;

namespace LogStore.Replicator.Tests.Protocol;

public sealed class PartitionStateTests
{
    private static readonly PartitionState Moving = new PartitionState
    {
        Leader = 1,
        LeaderEpoch = 5,
        Replicas = [1],
        InSyncReplicas = [new(1, 11)],
    }.Towards([3]);

    [Fact]
    public void AReplicaThatIsWantedAgainComesBackInALaterEpoch()
    {
        Assert.Equal(5, Moving.LeaderEpoch);
        PartitionState calledOff = Moving.WithoutReassignment();
        Assert.Equal([1], calledOff.Replicas);
        Assert.Equal(6, calledOff.LeaderEpoch);
        Assert.Equal(6, calledOff.Towards([3]).LeaderEpoch);
    }

    [Fact]
    public void WhatWasAddedAndIsStillWantedStaysAsItIs()
    {
        PartitionState changed = (Moving with { InSyncReplicas = [new(1, 11), new(3, 13)] }).Towards([4, 3]);
        Assert.Equal([1, 3, 4], changed.Replicas);
        Assert.Equal([4, 3], changed.Added);
        Assert.True(changed.IsInSync(3));
        Assert.Equal(5, changed.LeaderEpoch);
        Assert.Equal([1], changed.WithoutReassignment().Replicas);
    }

    [Fact]
    public void WhatWasAddedAndIsWantedNoLongerIsShutOut()
    {
        PartitionState changed = Moving.Towards([4]);
        Assert.Equal([1, 4], changed.Replicas);
        Assert.Equal(6, changed.LeaderEpoch);
    }

    [Fact]
    public void WhoIsEligibleIsStored()
    {
        PartitionState state = Moving with { Eligible = [new(2, 12)], Version = 7 };
        PartitionState read = ClusterJson.ReadPartition(ClusterJson.Write(state), 7);
        Assert.Equal(state.Eligible, read.Eligible);
        Assert.Equal(state.ToString(), read.ToString());
        Assert.Empty(ClusterJson.ReadPartition(ClusterJson.Write(Moving), 7).Eligible);
    }

    [Fact]
    public void NobodyIsEligibleBesideASetThatCanCommit()
    {
        PartitionState state = Moving with { InSyncReplicas = [new(1, 11)], Eligible = [new(2, 12), new(3, 13)] };
        Assert.Equal([new(3, 13)], state.WithInSync([new(1, 11), new(2, 22)], 3).Eligible);
        Assert.Empty(state.WithInSync([new(1, 11), new(2, 22)], 2).Eligible);
    }

    [Fact]
    public void ALeaderThatIsShutOutLeadsNoMore()
    {
        PartitionState led = Moving with { Leader = 3, InSyncReplicas = [new(1, 11), new(3, 13)] };
        Assert.Equal(PartitionState.NoLeader, led.WithoutReassignment().Leader);
    }

    [Fact]
    public void TheOnlyReplicasInSyncStayWhenTheChangeIsCalledOff()
    {
        PartitionState led = Moving with { Leader = 3, InSyncReplicas = [new(3, 13)] };
        PartitionState calledOff = led.WithoutReassignment();
        Assert.Equal([1, 3], calledOff.Replicas);
        Assert.Equal((3, 5), (calledOff.Leader, calledOff.LeaderEpoch));
        Assert.Empty(calledOff.Target);
    }
}
