using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Membership;

/// <summary>KIP-345.</summary>
public sealed class StaticMemberTests
{
    [Fact]
    public void AStaticMemberThatComesBackGetsAnotherIdAndTheSameWorkWithoutARebalance()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable(isStatic: true);
        JoinReply back = scene.Joined(scene.Join(instanceId: "i1"));
        Assert.Equal(ErrorCode.None, back.Error);
        Assert.NotEqual(ids[1], back.MemberId);
        Assert.Equal(2, back.Generation);
        Assert.Equal(GroupState.Stable, scene.Group.State);
        Assert.Equal($"work of {ids[1]}", scene.Work(scene.Sync(back.MemberId, 2, "i1")));
        Assert.Equal(back.MemberId, scene.Stored[^1].Members[1].MemberId);
    }

    [Fact]
    public void ALeaderThatComesBackIsNotAskedToAssignAnew()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable(isStatic: true);
        JoinReply back = scene.Joined(scene.Join(instanceId: "i0"));
        Assert.Equal(ids[0], back.LeaderId);
        Assert.Empty(back.Members);
        Assert.Equal(back.MemberId, scene.Group.LeaderId);
    }

    [Fact]
    public void TheNewIdIsNotToldBeforeItIsStored()
    {
        GroupScene scene = new();
        scene.MakeStable(isStatic: true);
        scene.StoresAtOnce = false;
        long back = scene.Join(instanceId: "i1");
        Assert.True(scene.IsParked(back));
        scene.StoreNext(ErrorCode.NotCoordinator);
        Assert.Equal(ErrorCode.NotCoordinator, scene.Joined(back).Error);
        long again = scene.Join(instanceId: "i1");
        scene.StoreNext();
        Assert.Equal(ErrorCode.None, scene.Joined(again).Error);
    }

    [Fact]
    public void TheOneThatWasReplacedIsFenced()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable(isStatic: true);
        scene.Join(instanceId: "i1");
        Assert.Equal(ErrorCode.FencedInstanceId, scene.Heartbeat(ids[1], 2, "i1"));
        Assert.Equal(ErrorCode.FencedInstanceId, scene.Commit(ids[1], 2, "i1"));
        Assert.Equal(ErrorCode.FencedInstanceId, scene.Error(scene.Sync(ids[1], 2, "i1")));
        Assert.Equal(ErrorCode.FencedInstanceId, scene.Joined(scene.Join(ids[1], "i1")).Error);
        Assert.Equal(ErrorCode.FencedInstanceId, scene.Leave(ids[1], "i1"));
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Heartbeat(ids[1], 2));
    }

    [Fact]
    public void ANameThatNobodyHasIsUnknown()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable(isStatic: true);
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Heartbeat(ids[1], 2, "i9"));
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Joined(scene.Join(ids[1], "i9")).Error);
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Leave("", "i9"));
    }

    [Fact]
    public void TwoAtOnceUnderOneNameLeaveTheLaterOne()
    {
        GroupScene scene = new(new GroupRules { InitialRebalanceDelayMs = 500 });
        long first = scene.Join(instanceId: "i");
        long second = scene.Join(instanceId: "i");
        Assert.Equal(ErrorCode.FencedInstanceId, scene.Joined(first).Error);
        scene.Advance(1_000);
        Assert.Equal(ErrorCode.None, scene.Joined(second).Error);
        Assert.Single(scene.Group.Members);
    }

    [Fact]
    public void AStaticMemberThatComesBackWithAnotherMajorityHasTheGroupRebalance()
    {
        GroupScene scene = new();
        scene.Join(instanceId: "i0", protocols: GroupScene.Protocols("a", "b"));
        string first = scene.Group.LeaderId!;
        scene.Sync(first, 1, "i0", (first, "x"));
        long back = scene.Join(instanceId: "i0", protocols: GroupScene.Protocols("b", "a"));
        Assert.Equal(2, scene.Joined(back).Generation);
        Assert.Equal("b", scene.Joined(back).ProtocolName);
    }

    [Fact]
    public void AStaticMemberThatComesBackWhileTheLeaderAssignsHasItAssignAnew()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable(isStatic: true);
        scene.Join(ids[0], "i0");
        scene.Join(ids[1], "i1");
        Assert.Equal(GroupState.CompletingRebalance, scene.Group.State);
        long back = scene.Join(instanceId: "i1");
        Assert.Equal(GroupState.PreparingRebalance, scene.Group.State);
        JoinReply leader = scene.Joined(scene.Join(ids[0], "i0"));
        Assert.Contains(scene.Joined(back).MemberId, leader.Members.Select(member => member.MemberId));
    }

    [Fact]
    public void ARebalanceGoesOnWithoutAStaticMemberButKeepsItsPlace()
    {
        GroupScene scene = new();
        string first = scene.Joined(scene.Join(instanceId: "i0", sessionMs: 1_000_000)).MemberId;
        long newcomer = scene.Join();
        scene.Advance(GroupScene.RebalanceMs);
        JoinReply reply = scene.Joined(newcomer);
        Assert.Equal(reply.MemberId, reply.LeaderId);
        Assert.Equal([first, reply.MemberId], reply.Members.Select(member => member.MemberId));
        Assert.Equal(ErrorCode.IllegalGeneration, scene.Heartbeat(first, 1, "i0"));
        Assert.Equal(2, scene.Joined(scene.Join(first, "i0", sessionMs: 1_000_000)).Generation);
    }

    [Fact]
    public void WithoutAnybodyBackARebalanceOfStaticMembersWaitsForTheirSessions()
    {
        GroupScene scene = new();
        string first = scene.Joined(scene.Join(instanceId: "i0", sessionMs: 150_000)).MemberId;
        long newcomer = scene.Join();
        scene.Abandon(newcomer);
        scene.Advance(149_999);
        Assert.Equal(GroupState.PreparingRebalance, scene.Group.State);
        scene.Advance(1);
        Assert.Equal(GroupState.Empty, scene.Group.State);
    }

    [Fact]
    public void ARebalanceTimeoutOfNothingDoesNotKeepTheBrokerBusy()
    {
        GroupScene scene = new();
        scene.Join(instanceId: "i0", rebalanceMs: 0, sessionMs: 1_000_000);
        scene.Abandon(scene.Join(rebalanceMs: 0));
        Assert.Equal(GroupState.PreparingRebalance, scene.Group.State);
        scene.Advance(0);
        Assert.True(scene.Group.NextDeadlineMs > scene.Now.MonotonicMs);
    }

    [Fact]
    public void AStaticMemberLeavesByItsNameAlone()
    {
        GroupScene scene = new();
        scene.MakeStable(isStatic: true);
        Assert.Equal(ErrorCode.None, scene.Leave("", "i1"));
        Assert.Single(scene.Group.Members);
        Assert.Equal(GroupState.PreparingRebalance, scene.Group.State);
    }

    [Fact]
    public void AStaticMemberThatIsNotHeardOfIsRemovedAfterItsSession()
    {
        GroupScene scene = new();
        scene.MakeStable(isStatic: true);
        scene.Advance(GroupScene.SessionMs);
        Assert.Equal(GroupState.Empty, scene.Group.State);
    }

    [Fact]
    public void ARestoredGroupKnowsItsStaticMembers()
    {
        GroupScene before = new();
        string[] ids = before.MakeStable(isStatic: true);
        GroupScene scene = new(before.Rules, before.Stored[^1]);
        Assert.Equal(GroupState.Stable, scene.Group.State);
        Assert.Equal(ErrorCode.None, scene.Heartbeat(ids[0], 2, "i0"));
        JoinReply back = scene.Joined(scene.Join(instanceId: "i1"));
        Assert.Equal(2, back.Generation);
        Assert.Equal($"work of {ids[1]}", scene.Work(scene.Sync(back.MemberId, 2, "i1")));
    }
}
