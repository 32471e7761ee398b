using LogStore.Broker.Tests.Support;
using LogStore.Broker.Groups.Coordination;
using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Coordination;

public sealed class DeadlineQueueTests
{
    [Fact]
    public void EachIsCalledAtItsTimeWhateverTheOrderOfAsking()
    {
        ManualClock time = new();
        GroupClock clock = new(time);
        using DeadlineQueue queue = new(time, clock);
        Holder holder = new(clock);
        foreach (long deadline in (long[])[300, 100, 200, 100]) queue.Add(holder, deadline);
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Empty(holder.Calls);
        time.Advance(TimeSpan.FromMilliseconds(151));
        Assert.Equal([(100, 100), (100, 100), (200, 200)], holder.Calls);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((300, 300), holder.Calls[^1]);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void ADeadlineFarAwayIsKept()
    {
        ManualClock time = new();
        GroupClock clock = new(time);
        using DeadlineQueue queue = new(time, clock);
        Holder holder = new(clock);
        long deadline = (long)TimeSpan.FromDays(100).TotalMilliseconds;
        queue.Add(holder, deadline);
        time.Advance(TimeSpan.FromDays(99));
        Assert.Empty(holder.Calls);
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((deadline, deadline), Assert.Single(holder.Calls));
    }

    [Fact]
    public async Task AGroupWhoseDeadlineWasMovedForwardIsNotCalledTwiceEverAfter()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        GroupClock clock = new(host.Clock);
        using DeadlineQueue queue = new(host.Clock, clock);
        LiveGroup group = new(
            "g", 0, new GroupServices(host.Options, host.Options.Rules, host.Log, clock, queue, NullLogger.Instance));
        JoinReply member = await group.JoinAsync(Join(10_000), CancellationToken.None);
        await group.JoinAsync(Join(6_000) with { RequiresKnownMemberId = true }, CancellationToken.None);
        Assert.Equal(2, queue.Count);
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ErrorCode.None, group.Heartbeat(new MemberIdentity(member.MemberId), 1));
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, queue.Count);
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(GroupState.Empty, group.Describe().State);
        Assert.Equal(0, queue.Count);
    }

    private static JoinCall Join(int sessionMs) => new()
    {
        Member = MemberIdentity.None,
        NewMemberId = $"m-{sessionMs}",
        SessionTimeoutMs = sessionMs,
        RebalanceTimeoutMs = 60_000,
        ProtocolType = "consumer",
        Protocols = GroupScene.Protocols("range"),
    };

    private sealed class Holder(GroupClock clock) : IDeadlineHolder
    {
        public List<(long DeadlineMs, long NowMs)> Calls { get; } = [];

        public void OnDeadline(long deadlineMs) => Calls.Add((deadlineMs, clock.Now.MonotonicMs));
    }
}
