using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Membership;

public sealed class FencingTests
{
    [Fact]
    public void AnotherGenerationIsIllegal()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        Assert.Equal(ErrorCode.None, scene.Heartbeat(ids[0], 2));
        Assert.Equal(ErrorCode.IllegalGeneration, scene.Heartbeat(ids[0], 1));
        Assert.Equal(ErrorCode.IllegalGeneration, scene.Commit(ids[0], 1));
        Assert.Equal(ErrorCode.IllegalGeneration, scene.Commit(ids[0], 3));
        Assert.Equal(ErrorCode.None, scene.Commit(ids[0], 2));
    }

    [Fact]
    public void AnOldGenerationCannotCommitAfterARebalance()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        scene.Join();
        Assert.Equal(ErrorCode.None, scene.Commit(ids[1], 2));
        scene.Join(ids[0]);
        scene.Join(ids[1]);
        Assert.Equal(ErrorCode.IllegalGeneration, scene.Commit(ids[1], 2));
    }

    [Fact]
    public void WhoIsNoMemberCannotCommit()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        scene.Leave(ids[1]);
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Commit(ids[1], 2));
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Commit("", -1));
    }

    [Fact]
    public void WithoutMembersAnybodyMayCommitAsNoMember()
    {
        GroupScene scene = new();
        Assert.Equal(ErrorCode.None, scene.Commit("", -1));
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Commit("m", -1));
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Commit("m", 0));
    }

    [Fact]
    public void BetweenGenerationAndAssignmentNothingCanBeCommitted()
    {
        GroupScene scene = new();
        string id = scene.Joined(scene.Join()).MemberId;
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Commit(id, 1));
        Assert.Equal(ErrorCode.None, scene.Heartbeat(id, 1));
    }

    [Fact]
    public void ACommitIsASignOfLife()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable(members: 1);
        for (int i = 0; i < 3; i++)
        {
            scene.Advance(GroupScene.SessionMs - 1);
            Assert.Equal(ErrorCode.None, scene.Commit(ids[0], 1));
        }

        Assert.Equal(GroupState.Stable, scene.Group.State);
    }

    [Fact]
    public void AGroupWithMembersIsNotDeleted()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable(members: 1);
        Assert.Equal(ErrorCode.NonEmptyGroup, scene.Group.Delete(scene.Now));
        scene.Leave(ids[0]);
        Assert.Equal(ErrorCode.None, scene.Group.Delete(scene.Now));
        Assert.Equal(ErrorCode.GroupIdNotFound, scene.Group.Delete(scene.Now));
    }

    [Fact]
    public void WhoIsParkedIsAnsweredWhenTheGroupMoves()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        long join = scene.Join(ids[0]);
        GroupEffects effects = new();
        scene.Group.Unload(ErrorCode.NotCoordinator, scene.Now, effects);
        Assert.Equal((join, ErrorCode.NotCoordinator), (effects.JoinReplies[0].Ticket, effects.JoinReplies[0].Reply.Error));
        Assert.Equal(GroupState.Dead, scene.Group.State);
    }
}
