using System.Text;
using LogStore.Broker.Groups.Coordination;
using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Storage;
using LogStore.Broker.Partitions;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Coordination;

public sealed class RestartTests
{
    [Fact]
    public async Task OffsetsSurvive()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        for (int group = 0; group < 10; group++)
        {
            for (int offset = 0; offset < 5; offset++)
                Assert.Equal(ErrorCode.None, await host.CommitAsync(offset * 10, $"g{group}"));
        }

        await host.RestartAsync();
        for (int group = 0; group < 10; group++) Assert.Equal(40, host.Committed($"g{group}"));
    }

    [Fact]
    public async Task WhatWasDeletedStaysDeleted()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(1, topic: "kept");
        await host.CommitAsync(1, topic: "deleted");
        await host.Coordinator.DeleteOffsetsAsync("g", [new TopicPartition("deleted", 0)]);
        await host.RestartAsync();
        Assert.Equal(1, host.Committed(topic: "kept"));
        Assert.Equal(-1, host.Committed(topic: "deleted"));
    }

    [Fact]
    public async Task AStaticMemberGoesOnWhereItWas()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply member = await host.MakeStableAsync("i");
        await host.RestartAsync();
        Assert.Equal(
            ErrorCode.None, host.Coordinator.Heartbeat("g", new MemberIdentity(member.MemberId, "i"), member.Generation));

        JoinReply back = await host.JoinAsync(instanceId: "i");
        Assert.Equal(member.Generation, back.Generation);
        SyncReply work = await host.SyncAsync(back, "i");
        Assert.Equal("all", Encoding.UTF8.GetString(work.Assignment.Span));

        await host.RestartAsync();
        Assert.Equal(
            ErrorCode.FencedInstanceId,
            host.Coordinator.Heartbeat("g", new MemberIdentity(member.MemberId, "i"), member.Generation));
        Assert.Equal(
            ErrorCode.None, host.Coordinator.Heartbeat("g", new MemberIdentity(back.MemberId, "i"), back.Generation));
    }

    [Fact]
    public async Task ADynamicMemberGoesOnTooAndExpiresIfItDoesNot()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply member = await host.MakeStableAsync();
        await host.RestartAsync();
        host.Clock.Advance(TimeSpan.FromMilliseconds(CoordinatorHost.SessionMs - 1));
        Assert.Equal(ErrorCode.None, await host.CommitAsync(1, member: member));
        host.Clock.Advance(TimeSpan.FromMilliseconds(CoordinatorHost.SessionMs));
        Assert.Equal(ErrorCode.UnknownMemberId, await host.CommitAsync(2, member: member));
    }

    [Fact]
    public async Task AGenerationDoesNotGoBack()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply member = await host.MakeStableAsync();
        await host.CommitAsync(1, member: member);
        host.Coordinator.Leave("g", [new MemberIdentity(member.MemberId)]);
        Assert.Equal(ErrorCode.None, await host.CommitAsync(2));
        await host.RestartAsync();
        Assert.Equal(3, (await host.JoinAsync()).Generation);
    }

    [Fact]
    public async Task AnAssignmentThatWasNotStoredIsNotThere()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply member = await host.JoinAsync(instanceId: "i");
        host.Log.Fails = ErrorCode.KafkaStorageError;
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, (await host.SyncAsync(member, "i", "all")).Error);
        await host.RestartAsync();
        Assert.Equal(ErrorCode.None, host.Coordinator.Describe("g", out GroupDescription group));
        Assert.Equal(GroupState.Dead, group.State);
    }

    [Fact]
    public async Task RecordsThatAreNoneAreSkipped()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(1);
        await WriteAsync(host, [1, 2, 3], [4]);
        await WriteAsync(host, [], []);
        await WriteAsync(host, [0, 99, 0, 1, (byte)'g'], [0, 0]);
        await WriteAsync(host, [255, 255], null);
        GroupRecord offset = GroupRecords.OfOffset("g", new TopicPartition("t", 1), null);
        await WriteAsync(host, offset.Key, [0, 77]);
        GroupRecord group = GroupRecords.OfGroup("g", null);
        await WriteAsync(host, group.Key, [0, 3, 0, 99]);
        await host.CommitAsync(2);
        await host.RestartAsync();
        Assert.Equal(2, host.Committed());
        Assert.Equal(ErrorCode.None, await host.CommitAsync(3));
    }

    [Fact]
    public async Task CompactionLeavesWhatCounts()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync(new GroupOptions
        {
            InitialRebalanceDelay = TimeSpan.Zero,
            OffsetsTopicSegmentBytes = 4096,
        });
        await host.CommitAsync(1, topic: "deleted");
        await host.Coordinator.DeleteOffsetsAsync("g", [new TopicPartition("deleted", 0)]);
        JoinReply member = await host.MakeStableAsync("i");
        host.Coordinator.Leave("g", [new MemberIdentity("", "i")]);
        for (int offset = 0; offset < 500; offset++) Assert.Equal(ErrorCode.None, await host.CommitAsync(offset));
        host.Partitions.Find(OffsetsTopic.Name, GroupPartitioner.PartitionOf("g", 3), out Partition partition);
        long before = partition.Log.SizeInBytes;
        // Truncation has the log to itself: when it has had its turn, the segments that were full are sealed.
        await partition.Log.FlushAsync();
        await partition.Log.TruncateToAsync(partition.Log.LogEndOffset);
        Assert.NotNull(await partition.Log.CompactAsync());
        Assert.True(partition.Log.SizeInBytes < before / 2, $"{before} bytes became {partition.Log.SizeInBytes}.");

        await host.RestartAsync();
        Assert.Equal(499, host.Committed());
        Assert.Equal(-1, host.Committed(topic: "deleted"));
        Assert.Equal(member.Generation + 2, (await host.JoinAsync()).Generation);
    }

    private static async Task WriteAsync(CoordinatorHost host, byte[] key, byte[]? value)
    {
        Assert.Equal(
            ErrorCode.None,
            host.Partitions.Find(OffsetsTopic.Name, GroupPartitioner.PartitionOf("g", 3), out Partition partition));
        using RecordBatchBuilder builder = new();
        builder.TryAppend(0, key, value);
        await partition.Log.AppendAsync(builder.Build());
    }
}
