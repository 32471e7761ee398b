using LogStore.Broker.Groups.Coordination;
using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Storage;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Coordination;

/// <summary>KIP-211.</summary>
public sealed class RetentionTests
{
    private static readonly GroupOptions Options = new()
    {
        InitialRebalanceDelay = TimeSpan.Zero,
        OffsetsRetention = TimeSpan.FromHours(1),
        OffsetsRetentionCheckInterval = TimeSpan.FromMinutes(1),
    };

    [Fact]
    public async Task OffsetsWithoutAGroupOfMembersAreForgottenOnceTheyAreOld()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Options);
        await host.CommitAsync(1, topic: "old");
        await PassAsync(host, TimeSpan.FromMinutes(30));
        await host.CommitAsync(1, topic: "new");
        await PassAsync(host, TimeSpan.FromMinutes(30));
        Assert.Equal(-1, host.Committed(topic: "old"));
        Assert.Equal(1, host.Committed(topic: "new"));
        await PassAsync(host, TimeSpan.FromMinutes(30));
        Assert.Equal(-1, host.Committed(topic: "new"));
        Assert.Equal(ErrorCode.None, host.Coordinator.List(out List<(string GroupId, GroupDescription Group)> groups));
        Assert.Empty(groups);
        await host.RestartAsync();
        Assert.Equal(-1, host.Committed(topic: "new"));
    }

    [Fact]
    public async Task OffsetsOfAGroupAtWorkStayHoweverOld()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Options);
        JoinReply member = await host.MakeStableAsync(topics: "t");
        await host.CommitAsync(1, member: member);
        await PassAsync(host, TimeSpan.FromHours(3), member);
        Assert.Equal(1, host.Committed());
    }

    [Fact]
    public async Task OffsetsOfTopicsThatAGroupHasLeftAreForgotten()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Options);
        await host.CommitAsync(1, topic: "left");
        JoinReply member = await host.MakeStableAsync(topics: "t");
        await PassAsync(host, TimeSpan.FromHours(1), member);
        Assert.Equal(-1, host.Committed(topic: "left"));
    }

    [Fact]
    public async Task OffsetsOfAGroupAreKeptForTheTimeSinceItsLastMemberLeft()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Options);
        JoinReply member = await host.MakeStableAsync(topics: "t");
        await host.CommitAsync(1, member: member);
        await PassAsync(host, TimeSpan.FromHours(2), member);
        host.Coordinator.Leave("g", [new MemberIdentity(member.MemberId)]);
        await PassAsync(host, TimeSpan.FromMinutes(59));
        Assert.Equal(1, host.Committed());
        await PassAsync(host, TimeSpan.FromMinutes(2));
        Assert.Equal(-1, host.Committed());
        GroupRecord tombstone = host.Log.Appended[^1].Record;
        Assert.Equal(GroupRecords.OfGroup("g", null).Key, tombstone.Key);
        Assert.Null(tombstone.Value);
    }

    [Fact]
    public async Task TheTimeSinceAGroupIsEmptySurvivesARestart()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Options);
        JoinReply member = await host.MakeStableAsync(topics: "t");
        await host.CommitAsync(1, member: member);
        await PassAsync(host, TimeSpan.FromHours(2), member);
        host.Coordinator.Leave("g", [new MemberIdentity(member.MemberId)]);
        await PassAsync(host, TimeSpan.FromMinutes(30));
        await host.RestartAsync();
        await PassAsync(host, TimeSpan.FromMinutes(29));
        Assert.Equal(1, host.Committed());
        await PassAsync(host, TimeSpan.FromMinutes(2));
        Assert.Equal(-1, host.Committed());
    }

    [Fact]
    public async Task ATimeThatTheClientAskedForCounts()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Options);
        await host.CommitAsync(1, topic: "short", expiresUnixMs: host.Clock.UnixMs + 600_000);
        await host.CommitAsync(1, topic: "long", expiresUnixMs: host.Clock.UnixMs + 36_000_000);
        await host.RestartAsync();
        await PassAsync(host, TimeSpan.FromMinutes(10));
        Assert.Equal(-1, host.Committed(topic: "short"));
        await PassAsync(host, TimeSpan.FromHours(2));
        Assert.Equal(1, host.Committed(topic: "long"));
    }

    [Fact]
    public async Task WhatCannotBeDeletedInTheLogIsKeptAndTriedAgain()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(Options);
        await host.CommitAsync(1);
        host.Log.Fails = ErrorCode.KafkaStorageError;
        await PassAsync(host, TimeSpan.FromHours(2));
        Assert.Equal(1, host.Committed());
        host.Log.Fails = ErrorCode.None;
        await PassAsync(host, TimeSpan.FromMinutes(1));
        Assert.Equal(-1, host.Committed());
    }

    /// <summary>Lets time pass in steps, with the member's heartbeats and whatever the timer starts.</summary>
    private static async Task PassAsync(CoordinatorHost host, TimeSpan time, JoinReply? member = null)
    {
        TimeSpan step = TimeSpan.FromSeconds(member is null ? 60 : 5);
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += step)
        {
            if (member is not null)
                Assert.Equal(
                    ErrorCode.None,
                    host.Coordinator.Heartbeat("g", new MemberIdentity(member.MemberId), member.Generation));
            host.Clock.Advance(step);
            await host.Coordinator.Expired;
        }
    }
}
