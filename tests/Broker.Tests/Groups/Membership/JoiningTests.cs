using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Membership;

public sealed class JoiningTests
{
    [Fact]
    public void TheFirstMemberLeadsTheFirstGeneration()
    {
        GroupScene scene = new();
        JoinReply reply = scene.Joined(scene.Join());
        Assert.Equal(ErrorCode.None, reply.Error);
        Assert.Equal(1, reply.Generation);
        Assert.Equal("range", reply.ProtocolName);
        Assert.Equal(reply.MemberId, reply.LeaderId);
        Assert.Equal(reply.MemberId, Assert.Single(reply.Members).MemberId);
        Assert.Equal(GroupState.CompletingRebalance, scene.Group.State);
    }

    [Fact]
    public void OnlyTheLeaderIsToldTheMembers()
    {
        GroupScene scene = new();
        string leader = scene.Joined(scene.Join()).MemberId;
        long second = scene.Join();
        Assert.True(scene.IsParked(second));
        JoinReply leaderReply = scene.Joined(scene.Join(leader));
        Assert.Equal([leader, scene.Joined(second).MemberId], leaderReply.Members.Select(member => member.MemberId));
        Assert.Empty(scene.Joined(second).Members);
        Assert.Equal(leader, scene.Joined(second).LeaderId);
        Assert.Equal(2, scene.Joined(second).Generation);
    }

    [Fact]
    public void AMemberWithoutAnIdIsSentAwayWithOneAndMayComeBackWithIt()
    {
        GroupScene scene = new();
        JoinReply sentAway = scene.Joined(scene.Join(requiresId: true));
        Assert.Equal(ErrorCode.MemberIdRequired, sentAway.Error);
        Assert.Equal("m-1", sentAway.MemberId);
        Assert.Equal(GroupState.Empty, scene.Group.State);
        JoinReply joined = scene.Joined(scene.Join(sentAway.MemberId, requiresId: true));
        Assert.Equal(ErrorCode.None, joined.Error);
        Assert.Equal(sentAway.MemberId, joined.MemberId);
    }

    [Fact]
    public void AStaticMemberIsNotSentAwayForAnId()
    {
        GroupScene scene = new();
        Assert.Equal(ErrorCode.None, scene.Joined(scene.Join(instanceId: "i", requiresId: true)).Error);
    }

    [Fact]
    public void AnIdThatIsNotUsedInTimeLapses()
    {
        GroupScene scene = new();
        string id = scene.Joined(scene.Join(requiresId: true)).MemberId;
        scene.Advance(GroupScene.SessionMs);
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Joined(scene.Join(id, requiresId: true)).Error);
        Assert.False(scene.Group.HasPendingMembers);
    }

    [Fact]
    public void ARebalanceWaitsForThoseWhoWereGivenAnId()
    {
        GroupScene scene = new();
        string first = scene.Joined(scene.Join()).MemberId;
        string pending = scene.Joined(scene.Join(requiresId: true)).MemberId;
        long again = scene.Join(first, protocols: GroupScene.Protocols("range", "sticky"));
        Assert.True(scene.IsParked(again));
        Assert.Equal(ErrorCode.None, scene.Joined(scene.Join(pending)).Error);
        Assert.Equal(2, scene.Joined(again).Members.Length);
    }

    [Fact]
    public void AnUnknownIdIsRefused()
    {
        GroupScene scene = new();
        scene.MakeStable();
        Assert.Equal(ErrorCode.UnknownMemberId, scene.Joined(scene.Join("nobody")).Error);
        Assert.Equal(GroupState.Stable, scene.Group.State);
    }

    [Theory]
    [InlineData(5_999, ErrorCode.InvalidSessionTimeout)]
    [InlineData(6_000, ErrorCode.None)]
    [InlineData(1_800_000, ErrorCode.None)]
    [InlineData(1_800_001, ErrorCode.InvalidSessionTimeout)]
    public void TheSessionTimeoutHasBounds(int sessionMs, ErrorCode expected)
    {
        GroupScene scene = new();
        Assert.Equal(expected, scene.Joined(scene.Join(sessionMs: sessionMs)).Error);
    }

    [Fact]
    public void AnotherKindOfGroupIsInconsistent()
    {
        GroupScene scene = new();
        scene.MakeStable();
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, scene.Joined(scene.Join(type: "connect")).Error);
    }

    [Fact]
    public void AMemberWithoutAProtocolInCommonIsInconsistent()
    {
        GroupScene scene = new();
        scene.MakeStable();
        long stranger = scene.Join(protocols: GroupScene.Protocols("sticky"));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, scene.Joined(stranger).Error);
    }

    [Fact]
    public void NoProtocolsOrNoTypeAreInconsistentEvenInAnEmptyGroup()
    {
        GroupScene scene = new();
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, scene.Joined(scene.Join(protocols: [])).Error);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, scene.Joined(scene.Join(type: "")).Error);
    }

    [Fact]
    public void ALoneMemberMayChangeItsProtocols()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable(members: 1);
        JoinReply reply = scene.Joined(scene.Join(ids[0], protocols: GroupScene.Protocols("sticky")));
        Assert.Equal(ErrorCode.None, reply.Error);
        Assert.Equal("sticky", reply.ProtocolName);
    }

    [Fact]
    public void AnEmptyGroupTakesAnyKindOfMember()
    {
        GroupScene scene = new();
        string[] ids = scene.MakeStable(members: 1);
        scene.Leave(ids[0]);
        Assert.Equal(GroupState.Empty, scene.Group.State);
        Assert.Equal(ErrorCode.None, scene.Joined(scene.Join(type: "connect", protocols: GroupScene.Protocols("x"))).Error);
        Assert.Equal("connect", scene.Group.ProtocolType);
    }

    [Fact]
    public void TheProtocolThatMostPreferOfThoseThatAllSupportWins()
    {
        GroupScene scene = new(new GroupRules { InitialRebalanceDelayMs = 500 });
        long first = scene.Join(protocols: GroupScene.Protocols("range", "sticky", "round"));
        scene.Join(protocols: GroupScene.Protocols("only-mine", "sticky", "range"));
        scene.Join(protocols: GroupScene.Protocols("sticky", "range"));
        scene.Advance(2_000);
        Assert.Equal("sticky", scene.Joined(first).ProtocolName);
        Assert.Equal("as sticky"u8, scene.Joined(first).Members[0].Metadata.Span);
    }

    [Fact]
    public void OnEqualVotesTheFirstMemberDecides()
    {
        GroupScene scene = new(new GroupRules { InitialRebalanceDelayMs = 500 });
        long first = scene.Join(protocols: GroupScene.Protocols("b", "a"));
        scene.Join(protocols: GroupScene.Protocols("a", "b"));
        scene.Advance(2_000);
        Assert.Equal("b", scene.Joined(first).ProtocolName);
    }

    [Fact]
    public void ANewMemberFindsNoRoomInAFullGroup()
    {
        GroupScene scene = new(new GroupRules { InitialRebalanceDelayMs = 0, MaxSize = 2 });
        string[] ids = scene.MakeStable(members: 2);
        Assert.Equal(ErrorCode.GroupMaxSizeReached, scene.Joined(scene.Join()).Error);
        Assert.Equal(ErrorCode.GroupMaxSizeReached, scene.Joined(scene.Join(requiresId: true)).Error);
        Assert.Equal(GroupState.Stable, scene.Group.State);
        scene.Leave(ids[1]);
        Assert.Equal(ErrorCode.MemberIdRequired, scene.Joined(scene.Join(requiresId: true)).Error);
    }

    [Fact]
    public void AGroupThatIsTooLargeShrinksInItsNextRebalance()
    {
        GroupScene large = new();
        string[] ids = large.MakeStable(members: 3);
        GroupScene scene = new(new GroupRules { MaxSize = 2 }, large.Stored[^1]);
        Assert.Equal(GroupState.PreparingRebalance, scene.Group.State);
        long first = scene.Join(ids[0]);
        long second = scene.Join(ids[1]);
        long third = scene.Join(ids[2]);
        Assert.Equal(ErrorCode.GroupMaxSizeReached, scene.Joined(third).Error);
        Assert.Equal(ErrorCode.None, scene.Joined(first).Error);
        Assert.Equal(ErrorCode.None, scene.Joined(second).Error);
        Assert.Equal(2, scene.Group.Members.Count);
    }

    [Fact]
    public void TheFirstGenerationWaitsTheInitialDelay()
    {
        GroupScene scene = new(new GroupRules { InitialRebalanceDelayMs = 500 });
        long first = scene.Join();
        scene.Advance(499);
        Assert.True(scene.IsParked(first));
        scene.Advance(1);
        Assert.Equal(1, scene.Joined(first).Generation);
    }

    [Fact]
    public void TheInitialDelayIsProlongedByWhoeverComesInIt()
    {
        GroupScene scene = new(new GroupRules { InitialRebalanceDelayMs = 500 });
        long first = scene.Join();
        scene.Advance(400);
        long second = scene.Join();
        scene.Advance(100);
        Assert.True(scene.IsParked(first));
        scene.Advance(500);
        Assert.Equal(2, scene.Joined(first).Members.Length);
        Assert.Equal(1, scene.Joined(second).Generation);
    }

    [Fact]
    public void TheInitialDelayIsNotProlongedBeyondTheRebalanceTimeout()
    {
        GroupScene scene = new(new GroupRules { InitialRebalanceDelayMs = 500 });
        long first = scene.Join(rebalanceMs: 1_200);
        for (int i = 0; i < 12; i++)
        {
            Assert.True(scene.IsParked(first));
            scene.Join(rebalanceMs: 1_200);
            scene.Advance(100);
        }

        Assert.Equal(13, scene.Joined(first).Members.Length);
    }

    [Fact]
    public void AStableGroupWaitsForNobodyThatIsNotThere()
    {
        GroupScene scene = new(new GroupRules { InitialRebalanceDelayMs = 500 });
        long first = scene.Join();
        scene.Advance(500);
        string id = scene.Joined(first).MemberId;
        long second = scene.Join();
        long again = scene.Join(id);
        Assert.Equal(2, scene.Joined(again).Generation);
        Assert.Equal(2, scene.Joined(second).Generation);
    }

    [Fact]
    public void ADeadGroupSendsEverybodyAway()
    {
        GroupScene scene = new();
        Assert.Equal(ErrorCode.None, scene.Group.Delete(scene.Now));
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, scene.Joined(scene.Join()).Error);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, scene.Heartbeat("m", 1));
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, scene.Commit("", -1));
    }
}
