using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Membership;

public sealed class RebalanceTests
{
    [Fact]
    public void AFollowerThatJoinsAgainUnchangedGetsTheGenerationItIsIn()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        JoinReply reply = scene.Joined(scene.Join(ids[1]));
        Assert.Equal(2, reply.Generation);
        Assert.Empty(reply.Members);
        Assert.Equal(GroupState.Stable, scene.Group.State);
    }

    [Fact]
    public void AFollowerThatJoinsAgainWithSomethingNewHasTheGroupRebalance()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        long changed = scene.Join(ids[1], protocols: GroupScene.Protocols("range", "sticky"));
        Assert.True(scene.IsParked(changed));
        Assert.Equal(GroupState.PreparingRebalance, scene.Group.State);
    }

    [Fact]
    public void TheLeaderOfAStableGroupThatJoinsAgainHasItRebalance()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        long leader = scene.Join(ids[0]);
        Assert.True(scene.IsParked(leader));
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Heartbeat(ids[1], 2));
        scene.Join(ids[1]);
        Assert.Equal(3, scene.Joined(leader).Generation);
    }

    [Fact]
    public void AMemberThatMissedTheAnswerGetsItAgain()
    {
        GroupScene scene = new();
        string id = scene.Joined(scene.Join()).MemberId;
        JoinReply again = scene.Joined(scene.Join(id));
        Assert.Equal(1, again.Generation);
        Assert.Single(again.Members);
        Assert.Equal(GroupState.CompletingRebalance, scene.Group.State);
    }

    [Fact]
    public void AMemberThatDoesNotJoinAgainInTimeIsRemoved()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        long newcomer = scene.Join();
        long first = scene.Join(ids[0]);
        for (int i = 0; i < GroupScene.RebalanceMs / 5_000; i++)
        {
            Assert.True(scene.IsParked(newcomer));
            Assert.Equal(ErrorCode.RebalanceInProgress, scene.Heartbeat(ids[1], 2));
            scene.Advance(5_000);
        }

        Assert.Equal(2, scene.Joined(first).Members.Length);
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Heartbeat(ids[1], 2));
    }

    [Fact]
    public void ARebalanceWaitsForTheMostPatientMember()
    {
        GroupScene scene = new();
        string first = scene.Joined(scene.Join(rebalanceMs: 20_000, sessionMs: 100_000)).MemberId;
        long second = scene.Join(rebalanceMs: 30_000);
        scene.Advance(19_999);
        Assert.True(scene.IsParked(second));
        scene.Join(first, rebalanceMs: 20_000);
        Assert.Equal(2, scene.Joined(second).Generation);
    }

    [Fact]
    public void AMemberThatIsNotHeardOfIsRemovedAndTheOthersRebalance()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        scene.Advance(GroupScene.SessionMs - 1);
        Assert.Equal(ErrorCode.None, scene.Heartbeat(ids[0], 2));
        scene.Advance(1);
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Heartbeat(ids[0], 2));
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Heartbeat(ids[1], 2));
        Assert.Equal(3, scene.Joined(scene.Join(ids[0])).Generation);
    }

    [Fact]
    public void ParkedMembersDoNotExpire()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        long newcomer = scene.Join();
        long first = scene.Join(ids[0]);
        for (int i = 0; i < 5; i++)
        {
            scene.Advance(9_000);
            scene.Heartbeat(ids[1], 2);
        }

        Assert.True(scene.IsParked(newcomer));
        Assert.True(scene.IsParked(first));
        Assert.Equal(3, scene.Group.Members.Count);
    }

    [Fact]
    public void ANewMemberIsNotParkedForever()
    {
        GroupScene scene = new();
        string first = scene.Joined(scene.Join(rebalanceMs: 1_000_000)).MemberId;
        long newcomer = scene.Join();
        for (int i = 0; i < 300_000 / 5_000; i++)
        {
            Assert.True(scene.IsParked(newcomer));
            scene.Heartbeat(first, 1);
            scene.Advance(5_000);
        }

        Assert.Equal(ErrorCode.UnknownMemberId, scene.Joined(newcomer).Error);
    }

    [Fact]
    public void WithoutMembersTheGroupIsEmptyInAGenerationOfItsOwn()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        scene.Advance(GroupScene.SessionMs);
        Assert.Equal(GroupState.Empty, scene.Group.State);
        Assert.Equal(3, scene.Group.Generation);
        Assert.Null(scene.Group.LeaderId);
        Assert.Empty(scene.Stored[^1].Members);
        Assert.Equal(3, scene.Stored[^1].Generation);
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Heartbeat(ids[0], 2));
    }

    [Fact]
    public void ALeaderThatDoesNotComeBackIsReplaced()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        Assert.Equal(ErrorCode.None, scene.Leave(ids[0]));
        JoinReply reply = scene.Joined(scene.Join(ids[1]));
        Assert.Equal(ids[1], reply.LeaderId);
        Assert.Single(reply.Members);
    }

    [Fact]
    public void ALeaderThatIsOnlyLateIsReplacedToo()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        long follower = scene.Join(ids[1], protocols: GroupScene.Protocols("range", "x"));
        for (int i = 0; i < GroupScene.RebalanceMs / 5_000; i++)
        {
            scene.Heartbeat(ids[0], 2);
            scene.Advance(5_000);
        }

        Assert.Equal(ids[1], scene.Joined(follower).LeaderId);
    }

    [Fact]
    public void AMemberThatComesWhileTheLeaderAssignsStartsAnew()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        scene.Join(ids[0]);
        scene.Join(ids[1]);
        long sync = scene.Sync(ids[1], 3);
        long newcomer = scene.Join();
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Error(sync));
        Assert.True(scene.IsParked(newcomer));
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Error(scene.Sync(ids[0], 3)));
    }

    [Fact]
    public void ASecondRequestToJoinReplacesTheFirst()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        long first = scene.Join(ids[0]);
        long second = scene.Join(ids[0]);
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Joined(first).Error);
        Assert.True(scene.IsParked(second));
        Assert.Equal(2, scene.Group.Members.Count);
    }

    [Fact]
    public void AMemberLeavesAtOnce()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        Assert.Equal(ErrorCode.None, scene.Leave(ids[1]));
        Assert.Equal(ErrorCode.RebalanceInProgress, scene.Heartbeat(ids[0], 2));
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Leave(ids[1]));
    }

    [Fact]
    public void WhoWasOnlyGivenAnIdMayLeaveToo()
    {
        GroupScene scene = new();
        string id = scene.Joined(scene.Join(requiresId: true)).MemberId;
        Assert.Equal(ErrorCode.None, scene.Leave(id));
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Joined(scene.Join(id)).Error);
    }

    [Fact]
    public void AMemberThatLeavesInARebalanceIsNotWaitedFor()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        long first = scene.Join(ids[0]);
        scene.Leave(ids[1]);
        Assert.Equal(3, scene.Joined(first).Generation);
    }

    [Fact]
    public void ANewMemberWhoseClientIsGoneIsForgottenIfItCannotComeBack()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        long newcomer = scene.Join();
        scene.Abandon(newcomer);
        Assert.Equal(2, scene.Group.Members.Count);
        scene.Join(ids[0]);
        Assert.Equal(2, scene.Joined(scene.Join(ids[1])).Generation - 1);
    }

    [Fact]
    public void AMemberWhoseClientIsGoneMayComeBackWithinItsSession()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        scene.Abandon(scene.Join(ids[0]));
        scene.Heartbeat(ids[1], 2);
        scene.Advance(GroupScene.SessionMs - 1);
        scene.Heartbeat(ids[1], 2);
        long again = scene.Join(ids[0]);
        scene.Join(ids[1]);
        Assert.Equal(3, scene.Joined(again).Generation);
    }

    [Fact]
    public void AMemberWhoseClientStaysAwayExpires()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable();
        scene.Abandon(scene.Join(ids[0]));
        long second = scene.Join(ids[1]);
        scene.Advance(GroupScene.SessionMs);
        Assert.Equal(ids[1], scene.Joined(second).LeaderId);
    }
}
