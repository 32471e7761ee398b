using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Coordination;

/// <summary>How large a group may be, and all of them together.</summary>
public sealed class GroupMemoryTests
{
    private static readonly GroupOptions Small = new() { InitialRebalanceDelay = TimeSpan.Zero, MaxMemoryBytes = 100_000 };

    [Fact]
    public async Task AMemberThatNoRecordOfTheGroupCouldHoldIsRefused()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        Assert.Equal(ErrorCode.GroupMaxSizeReached, (await host.JoinAsync(topics: Topics(1_100_000))).Error);
        await host.MakeStableAsync(topics: Topics(600_000));
        Assert.Equal(ErrorCode.GroupMaxSizeReached, (await host.JoinAsync(topics: Topics(600_000))).Error);
        Assert.Equal(ErrorCode.None, (await host.JoinAsync(group: "other", topics: Topics(600_000))).Error);
    }

    [Fact]
    public async Task WhenTheMemoryIsUsedUpNewMembersAreSentAwayAndOldOnesGoOn()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Small);
        JoinReply first = await host.MakeStableAsync(group: "first", topics: Topics(40_000));
        JoinReply second = await host.MakeStableAsync(group: "second", topics: Topics(40_000));
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, (await host.JoinAsync(group: "third", topics: Topics(40_000))).Error);
        JoinReply again = await host.JoinAsync(first.MemberId, group: "first", topics: Topics(40_000));
        Assert.Equal((ErrorCode.None, 2), (again.Error, again.Generation));
        Assert.Equal(ErrorCode.None, (await host.SyncAsync(again, work: "more", group: "first")).Error);
        Assert.Equal(
            ErrorCode.CoordinatorNotAvailable,
            (await host.JoinAsync(first.MemberId, group: "first", topics: Topics(80_000))).Error);
        host.Coordinator.Leave("second", [new MemberIdentity(second.MemberId)]);
        Assert.Equal(ErrorCode.None, (await host.JoinAsync(group: "third", topics: Topics(40_000))).Error);
    }

    [Fact]
    public async Task AnAssignmentThatThereIsNoMemoryForIsRefused()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Small);
        JoinReply member = await host.JoinAsync();
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, (await host.SyncAsync(member, work: new string('x', 200_000))).Error);
        Assert.Equal(ErrorCode.None, (await host.SyncAsync(member, work: new string('x', 50_000))).Error);
    }

    [Fact]
    public async Task WhatMembersTookIsFreeWhenTheyAreGone()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Small);
        for (int round = 0; round < 20; round++)
        {
            JoinReply member = await host.MakeStableAsync(topics: Topics(60_000));
            if (round % 2 == 0) host.Coordinator.Leave("g", [new MemberIdentity(member.MemberId)]);
            else host.Clock.Advance(TimeSpan.FromMilliseconds(CoordinatorHost.SessionMs));
        }

        await host.MakeStableAsync(topics: Topics(60_000));
        await host.RestartAsync();
        Assert.Equal(
            ErrorCode.CoordinatorNotAvailable, (await host.JoinAsync(group: "other", topics: Topics(60_000))).Error);
    }

    /// <summary>A subscription of about so many bytes.</summary>
    private static string[] Topics(int bytes) =>
        [.. Enumerable.Range(0, bytes / 10_000).Select(number => $"{number}".PadRight(9_998, 'x'))];
}
