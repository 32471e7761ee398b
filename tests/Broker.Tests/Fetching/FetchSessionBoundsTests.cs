using LogStore.Broker.Fetching;
using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using Xunit;

namespace LogStore.Broker.Tests.Fetching;

/// <summary>What fetch sessions may keep: a hundred partitions here, and ten for each.</summary>
public sealed class FetchSessionBoundsTests
{
    private readonly ManualClock _clock = new();
    private readonly FetchSessions _sessions;

    public FetchSessionBoundsTests() => _sessions = new FetchSessions(capacity: 1000, _clock, maxPartitions: 100);

    [Fact]
    public void WhoNamesTooManyPartitionsIsServedWithoutASession()
    {
        Assert.NotEqual(0, Open(10));
        Assert.Equal(0, Open(11));
        Assert.Equal((1, 10), (_sessions.Count, _sessions.PartitionCount));
    }

    [Fact]
    public void AllSessionsTogetherKeepNoMoreThanThereIsRoomFor()
    {
        int[] ids = [.. Enumerable.Range(0, 20).Select(_ => Open(10))];
        Assert.Equal(10, ids.Count(id => id != 0));
        Assert.Equal(100, _sessions.PartitionCount);
        Assert.Equal(ErrorCode.None, Fetch(ids[0], -1, 0, 1, out _)); // Which closes it.
        Assert.Equal(90, _sessions.PartitionCount);
        Assert.NotEqual(0, Open(10));
    }

    [Fact]
    public void ASessionThatGrowsTooLargeIsForgotten()
    {
        int id = Open(6);
        Assert.Equal(ErrorCode.None, Fetch(id, 1, 0, 6, out _)); // The same ones.
        Assert.Equal(ErrorCode.None, Fetch(id, 2, 6, 4, out _));
        Assert.Equal(10, _sessions.PartitionCount);
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, Fetch(id, 3, 10, 1, out _));
        Assert.Equal((0, 0), (_sessions.Count, _sessions.PartitionCount));
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, Fetch(id, 3, 0, 1, out _));
    }

    [Fact]
    public void WhatIsForgottenMakesRoom()
    {
        int id = Open(10);
        FetchRequest request = Request(id, 1, 10, 5);
        request.ForgottenTopics = [new() { Name = "t", PartitionIndexes = [0, 1, 2, 3, 4] }];
        Assert.Equal(ErrorCode.None, Enter(request, out _));
        Assert.Equal(10, _sessions.PartitionCount);
    }

    [Fact]
    public void IdleSessionsEndWhenANewOneIsAskedFor()
    {
        for (int count = 0; count < 5; count++) Open(10);
        FetchRequest waiting = Request(0, 0, 0, 7);
        Assert.Equal(ErrorCode.None, _sessions.Enter(waiting, out FetchSession held));
        _clock.Advance(TimeSpan.FromMinutes(3));
        Open(1);
        Assert.Equal((2, 8), (_sessions.Count, _sessions.PartitionCount));
        _sessions.Leave(held); // It was in use all the time.
        Open(1);
        Assert.Equal((3, 9), (_sessions.Count, _sessions.PartitionCount));
    }

    private int Open(int partitions)
    {
        Assert.Equal(ErrorCode.None, Fetch(0, 0, 0, partitions, out int id));
        return id;
    }

    private ErrorCode Fetch(int id, int epoch, int first, int partitions, out int opened) =>
        Enter(Request(id, epoch, first, partitions), out opened);

    private ErrorCode Enter(FetchRequest request, out int id)
    {
        ErrorCode error = _sessions.Enter(request, out FetchSession session);
        id = error == ErrorCode.None ? session.Id : 0;
        if (error == ErrorCode.None) _sessions.Leave(session);
        return error;
    }

    private static FetchRequest Request(int id, int epoch, int first, int partitions)
    {
        FetchRequest request = Talk.Fetch("t", [.. Enumerable.Range(first, partitions).Select(index => (index, 0L))]);
        (request.SessionId, request.SessionEpoch) = (id, epoch);
        return request;
    }
}
