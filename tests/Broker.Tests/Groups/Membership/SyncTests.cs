using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Membership;

public sealed class SyncTests
{
    [Fact]
    public void EverybodyGetsWhatTheLeaderAssigned()
    {
        (GroupScene scene, string[] ids) = Completing();
        long follower = scene.Sync(ids[1], 2);
        Assert.True(scene.IsParked(follower));
        long leader = scene.Sync(ids[0], 2, null, (ids[0], "a"), (ids[1], "b"));
        Assert.Equal("a", scene.Work(leader));
        Assert.Equal("b", scene.Work(follower));
        Assert.Equal(GroupState.Stable, scene.Group.State);
    }

    [Fact]
    public void WhoComesLaterGetsItToo()
    {
        (GroupScene scene, string[] ids) = Completing();
        scene.Sync(ids[0], 2, null, (ids[0], "a"), (ids[1], "b"));
        Assert.Equal("b", scene.Work(scene.Sync(ids[1], 2)));
    }

    [Fact]
    public void WhomTheLeaderForgetsGetsNothing()
    {
        (GroupScene scene, string[] ids) = Completing();
        scene.Sync(ids[0], 2, null, (ids[0], "a"), ("somebody else", "b"));
        long follower = scene.Sync(ids[1], 2);
        Assert.Equal(ErrorCode.None, scene.Error(follower));
        Assert.Equal("", scene.Work(follower));
    }

    [Fact]
    public void NobodyIsToldBeforeTheAssignmentIsStored()
    {
        (GroupScene scene, string[] ids) = Completing();
        scene.StoresAtOnce = false;
        long follower = scene.Sync(ids[1], 2);
        long leader = scene.Sync(ids[0], 2, null, (ids[1], "b"));
        Assert.True(scene.IsParked(leader));
        Assert.True(scene.IsParked(follower));
        scene.StoreNext();
        Assert.Equal("b", scene.Work(follower));
        Assert.Equal("b"u8, scene.Stored[^1].Members[1].Assignment.Span);
    }

    [Fact]
    public void AnAssignmentThatCannotBeStoredIsAnErrorForAllAndStartsARebalance()
    {
        (GroupScene scene, string[] ids) = Completing();
        scene.StoresAtOnce = false;
        long follower = scene.Sync(ids[1], 2);
        long leader = scene.Sync(ids[0], 2, null, (ids[1], "b"));
        scene.StoreNext(ErrorCode.CoordinatorNotAvailable);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, scene.Error(leader));
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, scene.Error(follower));
        Assert.Equal(GroupState.PreparingRebalance, scene.Group.State);
    }

    [Fact]
    public void AnAssignmentOfAGenerationThatIsOverIsNotAdopted()
    {
        (GroupScene scene, string[] ids) = Completing();
        scene.StoresAtOnce = false;
        scene.Sync(ids[0], 2, null, (ids[0], "old"));
        scene.Join();
        scene.StoreNext();
        Assert.Equal(GroupState.PreparingRebalance, scene.Group.State);
    }

    [Fact]
    public void TheLeadersSecondAssignmentCountsIfItSendsTwo()
    {
        (GroupScene scene, string[] ids) = Completing();
        scene.StoresAtOnce = false;
        long first = scene.Sync(ids[0], 2, null, (ids[0], "a"));
        long second = scene.Sync(ids[0], 2, null, (ids[0], "b"));
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Error(first));
        scene.StoreNext();
        Assert.True(scene.IsParked(second));
        scene.StoreNext();
        Assert.Equal("b", scene.Work(second));
    }

    [Fact]
    public void AnotherGenerationIsIllegal()
    {
        (GroupScene scene, string[] ids) = Completing();
        Assert.Equal(ErrorCode.IllegalGeneration, scene.Error(scene.Sync(ids[1], 1)));
        Assert.Equal(ErrorCode.IllegalGeneration, scene.Error(scene.Sync(ids[1], 3)));
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Error(scene.Sync("nobody", 2)));
    }

    [Fact]
    public void AMemberThatJoinsButDoesNotSyncIsRemoved()
    {
        (GroupScene scene, string[] ids) = Completing();
        scene.Sync(ids[0], 2, null, (ids[0], "a"));
        for (int i = 0; i < GroupScene.RebalanceMs / 5_000; i++)
        {
            Assert.Equal(ErrorCode.None, scene.Heartbeat(ids[1], 2));
            Assert.Equal(ErrorCode.None, scene.Heartbeat(ids[0], 2));
            scene.Advance(5_000);
        }

        Assert.Equal(ErrorCode.UnknownMemberId, scene.Heartbeat(ids[1], 2));
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Heartbeat(ids[0], 2));
    }

    [Fact]
    public void ALeaderThatNeverAssignsIsRemovedAndTheOthersGoOn()
    {
        (GroupScene scene, string[] ids) = Completing();
        long follower = scene.Sync(ids[1], 2);
        scene.Advance(GroupScene.SessionMs);
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Error(follower));
        Assert.Equal(ids[1], scene.Joined(scene.Join(ids[1])).LeaderId);
    }

    [Fact]
    public void AnAssignmentIsGoneWithItsGeneration()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        scene.Join(ids[0]);
        scene.Join(ids[1]);
        scene.Sync(ids[0], 3, null, (ids[0], "all"));
        Assert.Equal("", scene.Work(scene.Sync(ids[1], 3)));
    }

    private static (GroupScene Scene, string[] Ids) Completing()
    {
        GroupScene scene = new();
        string first = scene.Joined(scene.Join()).MemberId;
        long second = scene.Join();
        scene.Join(first);
        Assert.Equal(GroupState.CompletingRebalance, scene.Group.State);
        return (scene, [first, scene.Joined(second).MemberId]);
    }
}
