using LogStore.Broker.Groups.Coordination;
using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Partitions;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Coordination;

public sealed class OffsetTests
{
    [Fact]
    public async Task ACommittedOffsetIsFetched()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        Assert.Equal(-1, host.Committed());
        Assert.Equal(ErrorCode.None, await host.CommitAsync(42, metadata: "note"));
        Assert.Equal(42, host.Committed());
        Assert.Equal(
            ErrorCode.None,
            host.Coordinator.FetchAllOffsets("g", out KeyValuePair<TopicPartition, CommittedOffset>[] all));
        Assert.Equal(
            new KeyValuePair<TopicPartition, CommittedOffset>(
                new TopicPartition("t", 0), new CommittedOffset(42, 4, "note", host.Clock.UnixMs)),
            Assert.Single(all));
    }

    [Fact]
    public async Task ACommitIsInTheLogBeforeItIsInMemoryAndBeforeItIsAnswered()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(1);
        host.Log.Holds = true;
        Task<ErrorCode> commit = host.CommitAsync(2);
        Assert.False(commit.IsCompleted);
        Assert.Equal(1, host.Committed());
        host.Log.Release();
        Assert.Equal(ErrorCode.None, await commit);
        Assert.Equal(2, host.Committed());
    }

    [Fact]
    public async Task OfTwoCommitsAtOnceTheOneThatIsLaterInTheLogCounts()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        host.Log.Holds = true;
        Task<ErrorCode> first = host.CommitAsync(1);
        Task<ErrorCode> second = host.CommitAsync(2);
        host.Log.Release(lastFirst: true);
        await Task.WhenAll(first, second);
        Assert.Equal(2, host.Committed());
        await host.RestartAsync();
        Assert.Equal(2, host.Committed());
    }

    [Fact]
    public async Task ADeletionIsNotUndoneByAnOlderCommitThatReturnsLater()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(1);
        host.Log.Holds = true;
        Task<ErrorCode> commit = host.CommitAsync(2);
        Task<(ErrorCode, ErrorCode[])> deletion =
            host.Coordinator.DeleteOffsetsAsync("g", [new TopicPartition("t", 0)]).AsTask();
        host.Log.Release(lastFirst: true);
        await Task.WhenAll(commit, deletion);
        Assert.Equal(-1, host.Committed());
        await host.RestartAsync();
        Assert.Equal(-1, host.Committed());
    }

    [Theory]
    [InlineData(ErrorCode.KafkaStorageError, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ErrorCode.NotLeaderOrFollower, ErrorCode.NotCoordinator)]
    [InlineData(ErrorCode.NotEnoughReplicas, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ErrorCode.MessageTooLarge, ErrorCode.InvalidCommitOffsetSize)]
    public async Task ACommitThatCannotBeStoredIsRefusedAndForgotten(ErrorCode append, ErrorCode expected)
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(1);
        host.Log.Fails = append;
        Assert.Equal(expected, await host.CommitAsync(2));
        Assert.Equal(1, host.Committed());
        host.Log.Fails = ErrorCode.None;
        Assert.Equal(ErrorCode.None, await host.CommitAsync(3));
    }

    [Fact]
    public async Task ANoteHasALimitAndOnlyItsOwnPartitionIsRefused()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        ErrorCode[] errors = await host.Coordinator.CommitAsync("g", MemberIdentity.None, -1,
        [
            new(new TopicPartition("t", 0), new CommittedOffset(1, -1, new string('x', 4097), 0)),
            new(new TopicPartition("t", 1), new CommittedOffset(1, -1, new string('x', 4096), 0)),
        ]);
        Assert.Equal([ErrorCode.OffsetMetadataTooLarge, ErrorCode.None], errors);
        Assert.Equal(-1, host.Committed());
    }

    [Fact]
    public async Task ACommitTooLargeForTheLogIsRefused()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        ErrorCode[] errors = await host.Coordinator.CommitAsync(
            "g", MemberIdentity.None, -1,
            [
                .. Enumerable.Range(0, 300).Select(i => new KeyValuePair<TopicPartition, CommittedOffset>(
                    new TopicPartition("t", i), new CommittedOffset(1, -1, new string('x', 4096), 0))),
            ]);
        Assert.All(errors, error => Assert.Equal(ErrorCode.InvalidCommitOffsetSize, error));
    }

    [Fact]
    public async Task AGenerationThatIsOverCannotCommit()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply old = await host.MakeStableAsync();
        Assert.Equal(ErrorCode.None, await host.CommitAsync(1, member: old));
        JoinReply newer = await host.JoinAsync(old.MemberId);
        await host.SyncAsync(newer);
        Assert.Equal(ErrorCode.IllegalGeneration, await host.CommitAsync(2, member: old));
        Assert.Equal(ErrorCode.None, await host.CommitAsync(3, member: newer));
        Assert.Equal(3, host.Committed());
    }

    [Fact]
    public async Task AGenerationOfAGroupThatIsNotThereIsIllegal()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        Assert.Equal(
            ErrorCode.IllegalGeneration,
            await host.CommitAsync(1, member: new JoinReply { MemberId = "m", Generation = 3 }));
        Assert.Equal(ErrorCode.GroupIdNotFound, await host.Coordinator.DeleteAsync("g"));
    }

    [Fact]
    public async Task OffsetsOfTopicsThatAreReadAreNotDeleted()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(1, topic: "read");
        await host.CommitAsync(1, topic: "left");
        await host.MakeStableAsync(topics: "read");
        (ErrorCode error, ErrorCode[] partitions) = await host.Coordinator.DeleteOffsetsAsync(
            "g", [new TopicPartition("read", 0), new TopicPartition("left", 0)]);
        Assert.Equal(ErrorCode.None, error);
        Assert.Equal([ErrorCode.GroupSubscribedToTopic, ErrorCode.None], partitions);
        Assert.Equal(1, host.Committed(topic: "read"));
        Assert.Equal(-1, host.Committed(topic: "left"));
    }

    [Fact]
    public async Task OffsetsOfAGroupThatIsNotThereCannotBeDeleted()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        (ErrorCode error, _) = await host.Coordinator.DeleteOffsetsAsync("g", [new TopicPartition("t", 0)]);
        Assert.Equal(ErrorCode.GroupIdNotFound, error);
    }

    [Fact]
    public async Task ADeletedGroupIsGoneWithItsOffsets()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        JoinReply member = await host.MakeStableAsync();
        await host.CommitAsync(1, member: member);
        Assert.Equal(ErrorCode.NonEmptyGroup, await host.Coordinator.DeleteAsync("g"));
        host.Coordinator.Leave("g", [new MemberIdentity(member.MemberId)]);
        Assert.Equal(ErrorCode.None, await host.Coordinator.DeleteAsync("g"));
        Assert.Equal(ErrorCode.GroupIdNotFound, await host.Coordinator.DeleteAsync("g"));
        Assert.Equal(-1, host.Committed());
        await host.RestartAsync();
        Assert.Equal(-1, host.Committed());
        Assert.Equal(ErrorCode.None, host.Coordinator.List(out List<(string GroupId, GroupDescription Group)> groups));
        Assert.Empty(groups);
    }

    [Fact]
    public async Task AGroupThatCannotBeDeletedInTheLogStays()
    {
        await using CoordinatorHost host = await CoordinatorHost.StartAsync();
        await host.CommitAsync(1);
        host.Log.Fails = ErrorCode.KafkaStorageError;
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, await host.Coordinator.DeleteAsync("g"));
        host.Log.Fails = ErrorCode.None;
        Assert.Equal(1, host.Committed());
        Assert.Equal(ErrorCode.None, await host.Coordinator.DeleteAsync("g"));
    }
}
