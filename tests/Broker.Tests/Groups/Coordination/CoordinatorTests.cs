using LogStore.Broker.Groups.Coordination;
using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Storage;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Coordination;

public sealed class CoordinatorTests
{
    [Fact]
    public async Task WithoutAnOffsetsTopicThereIsNothingToCoordinateYet()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(withTopic: false);
        Assert.Equal(ErrorCode.NotCoordinator, (await host.JoinAsync()).Error);
        Assert.Equal(ErrorCode.NotCoordinator, await host.CommitAsync(1));
        await host.Coordinator.EnsureStartedAsync(default);
        Assert.Equal(ErrorCode.None, (await host.JoinAsync()).Error);
    }

    [Fact]
    public async Task AllWhoAskFirstFindOneTopic()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(withTopic: false);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Task.Run(() => host.Coordinator.EnsureStartedAsync(default).AsTask())));
        Assert.Equal(3, host.Log.PartitionCount);
        Assert.Equal(ErrorCode.None, await host.CommitAsync(1));
    }

    [Fact]
    public async Task AMemberThatIsNotHeardOfIsRemovedByTheClock()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply first = await host.MakeStableAsync();
        ValueTask<JoinReply> second = host.JoinAsync();
        Assert.False(second.IsCompleted);
        host.Clock.Advance(TimeSpan.FromMilliseconds(CoordinatorHost.SessionMs));
        Assert.Equal(2, (await second).Generation);
        Assert.Equal(
            ErrorCode.UnknownMemberId, host.Coordinator.Heartbeat("g", new MemberIdentity(first.MemberId), 2));
    }

    [Fact]
    public async Task HeartbeatsKeepAMemberForAsLongAsTheyCome()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply member = await host.MakeStableAsync();
        for (int i = 0; i < 50; i++)
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(CoordinatorHost.SessionMs - 1));
            Assert.Equal(ErrorCode.None, host.Coordinator.Heartbeat("g", new MemberIdentity(member.MemberId), 1));
        }

        host.Clock.Advance(TimeSpan.FromMilliseconds(CoordinatorHost.SessionMs));
        Assert.Equal(
            ErrorCode.UnknownMemberId, host.Coordinator.Heartbeat("g", new MemberIdentity(member.MemberId), 1));
    }

    [Fact]
    public async Task TheInitialDelayEndsByTheClock()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(new GroupOptions());
        ValueTask<JoinReply> first = host.JoinAsync();
        ValueTask<JoinReply> second = host.JoinAsync();
        host.Clock.Advance(host.Options.InitialRebalanceDelay - TimeSpan.FromMilliseconds(1));
        Assert.False(first.IsCompleted);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        host.Clock.Advance(host.Options.InitialRebalanceDelay);
        Assert.Equal(1, (await first).Generation);
        Assert.Equal(1, (await second).Generation);
    }

    [Fact]
    public async Task AWaitEndsWithItsConnectionAndTheMemberWithIt()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply first = await host.MakeStableAsync();
        using CancellationTokenSource connection = new();
        ValueTask<JoinReply> second = host.JoinAsync(cancellationToken: connection.Token);
        await connection.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await second);
        Assert.Equal(ErrorCode.None, host.Coordinator.Describe("g", out GroupDescription group));
        Assert.Equal(first.MemberId, Assert.Single(group.Members).MemberId);
    }

    [Fact]
    public async Task WhoWaitsIsAnsweredWhenTheCoordinatorStops()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.MakeStableAsync();
        ValueTask<JoinReply> second = host.JoinAsync();
        await host.Coordinator.DisposeAsync();
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, (await second).Error);
        Assert.Equal(ErrorCode.NotCoordinator, (await host.JoinAsync()).Error);
    }

    [Fact]
    public async Task APartitionThatIsLedElsewhereIsGivenUpAndTakenUpAgain()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply member = await host.MakeStableAsync();
        await host.CommitAsync(7, member: member);
        ValueTask<JoinReply> second = host.JoinAsync();
        int partition = GroupPartitioner.PartitionOf("g", 3);
        host.Coordinator.Unload(partition);
        Assert.Equal(ErrorCode.NotCoordinator, (await second).Error);
        Assert.Equal(ErrorCode.NotCoordinator, await host.CommitAsync(8));
        await host.Coordinator.RefreshAsync(partition);
        Assert.Equal(7, host.Committed());
        Assert.Equal(ErrorCode.None, host.Coordinator.Heartbeat("g", new MemberIdentity(member.MemberId), 1));
    }

    [Fact]
    public async Task WhileAPartitionIsReadItsClientsAreToldToWait()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(7);
        int partition = GroupPartitioner.PartitionOf("g", 3);
        host.Coordinator.Unload(partition);
        TaskCompletionSource readable = new();
        host.Log.Readable = readable.Task;
        Task loading = host.Coordinator.RefreshAsync(partition);
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, (await host.JoinAsync()).Error);
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, await host.CommitAsync(8));
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, host.Coordinator.List(out _));
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, await host.Coordinator.DeleteAsync("g"));
        readable.SetResult();
        await loading;
        Assert.Equal(7, host.Committed());
    }

    [Fact]
    public async Task APartitionThatIsLostWhileItIsReadIsNotServed()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(7);
        int partition = GroupPartitioner.PartitionOf("g", 3);
        host.Coordinator.Unload(partition);
        TaskCompletionSource readable = new();
        host.Log.Readable = readable.Task;
        Task loading = host.Coordinator.RefreshAsync(partition);
        host.Coordinator.Unload(partition);
        readable.SetResult();
        await loading;
        Assert.Equal(ErrorCode.NotCoordinator, await host.CommitAsync(8));
    }

    [Fact]
    public async Task APartitionThatCannotBeReadIsNotServedByHalves()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(7);
        int partition = GroupPartitioner.PartitionOf("g", 3);
        host.Coordinator.Unload(partition);
        host.Log.Readable = Task.FromException(new IOException("The disk is gone."));
        await host.Coordinator.RefreshAsync(partition);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, await host.CommitAsync(8));
    }

    [Fact]
    public async Task AGroupWithoutANameIsInvalidForMembers()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        Assert.Equal(ErrorCode.InvalidGroupId, (await host.JoinAsync(group: "")).Error);
        Assert.Equal(ErrorCode.InvalidGroupId, host.Coordinator.Heartbeat("", new MemberIdentity("m"), 1));
        Assert.Equal(ErrorCode.None, await host.CommitAsync(1, group: ""));
    }

    [Fact]
    public async Task WhoComesFromAGroupThatIsNotThereIsUnknown()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        Assert.Equal(ErrorCode.UnknownMemberId, (await host.JoinAsync("m")).Error);
        Assert.Equal(ErrorCode.UnknownMemberId, host.Coordinator.Heartbeat("g", new MemberIdentity("m"), 1));
        (ErrorCode error, ErrorCode[] members) = host.Coordinator.Leave("g", [new MemberIdentity("m")]);
        Assert.Equal((ErrorCode.None, ErrorCode.UnknownMemberId), (error, Assert.Single(members)));
        Assert.Equal(ErrorCode.GroupIdNotFound, await host.Coordinator.DeleteAsync("g"));
        Assert.Equal(ErrorCode.None, host.Coordinator.Describe("g", out GroupDescription group));
        Assert.Equal(GroupState.Dead, group.State);
    }

    [Fact]
    public async Task MembersOfManyGroupsAtOnceDoNotGetInEachOthersWay()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(new GroupOptions
        {
            InitialRebalanceDelay = TimeSpan.Zero,
        });
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            string group = $"group-{i}";
            JoinReply member = await host.MakeStableAsync(group: group);
            for (int offset = 0; offset < 20; offset++)
                Assert.Equal(ErrorCode.None, await host.CommitAsync(offset, group, member: member));
        })));
        await host.RestartAsync();
        for (int i = 0; i < 100; i++) Assert.Equal(19, host.Committed($"group-{i}"));
        Assert.Equal(ErrorCode.None, host.Coordinator.List(out List<(string GroupId, GroupDescription Group)> groups));
        Assert.Equal(100, groups.Count);
    }
}
