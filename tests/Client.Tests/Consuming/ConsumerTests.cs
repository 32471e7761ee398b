using System.Diagnostics;
using LogStore.Client.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using Xunit;

namespace LogStore.Client.Tests.Consuming;

public sealed class ConsumerTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task ASessionNamesOnlyPartitionsWhoseOffsetsHaveChanged()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 1, "t", partitions: 2));
        for (int i = 0; i < 5; i++) script.Append($"{i}");
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(Partition);
        for (int i = 0; i < 5; i++) Assert.Equal($"{i}", (await consumer.ConsumeAsync(Limit)).Value);

        FetchRequest[] requests = script.Requests;
        Assert.Equal((0, 0), (requests[0].SessionId, requests[0].SessionEpoch));
        Assert.All(
            requests.Skip(1),
            (request, i) => Assert.Equal((77, i + 1), (request.SessionId, request.SessionEpoch)));
        // One partition is asked for; while nothing is new, the broker is told nothing.
        Assert.All(requests, request => Assert.InRange(request.Topics.Sum(topic => topic.Partitions.Length), 0, 1));
    }

    [Fact]
    public async Task ABrokerThatHasForgottenTheSessionIsToldEverythingAgain()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 1, "t", partitions: 1));
        script.Append("0");
        script.Append("1");
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(Partition);
        await consumer.ConsumeAsync(Limit);
        await consumer.ConsumeAsync(Limit);
        script.Cluster.On<FetchRequest>((node, request) =>
        {
            var next = new FetchScript(script.Cluster); // From here on another broker, which begins anew.
            next.Append("2");
            return new FetchResponse { ErrorCode = ErrorCode.FetchSessionIdNotFound };
        });
        consumer.Seek(Partition, 0);
        Assert.Equal("2", (await consumer.ConsumeAsync(Limit)).Value);
    }

    [Fact]
    public async Task ConsumingFollowsThePartitionToItsNewLeader()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 2, "t", partitions: 1));
        script.Append("0");
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(Partition);
        await consumer.ConsumeAsync(Limit);
        script.Cluster.On<OffsetForLeaderEpochRequest>((_, request) => EndOfEpoch(request, 1));
        script.Cluster.SetLeader(0, 2);
        script.Append("1", leaderEpoch: 2);
        Assert.Equal("1", (await consumer.ConsumeAsync(Limit)).Value);
    }

    [Fact]
    public async Task APartitionWithoutALeaderIsConsumedWhenItHasOne()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 1, "t", partitions: 1));
        script.Append("0");
        script.Cluster.SetLeader(0, -1);
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(Partition);
        consumer.Seek(Partition, 0);
        Assert.Null(await consumer.ConsumeAsync(TimeSpan.FromMilliseconds(30), Limit));
        script.Cluster.SetLeader(0, 1);
        Assert.Equal("0", (await consumer.ConsumeAsync(Limit)).Value);
    }

    [Fact]
    public async Task APartitionThatIsNotThereIsNamed()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 1, "t", partitions: 1));
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(new TopicPartition("t", 3));
        UnknownPartitionException error =
            await Assert.ThrowsAsync<UnknownPartitionException>(() => consumer.ConsumeAsync(Limit).AsTask());
        Assert.Equal(3, error.Partition.Partition);
    }

    [Fact]
    public async Task WhatANewLeaderDoesNotHaveIsReported()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 2, "t", partitions: 1));
        for (int i = 0; i < 3; i++) script.Append($"{i}");
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(Partition);
        for (int i = 0; i < 3; i++) await consumer.ConsumeAsync(Limit);
        script.Cluster.On<OffsetForLeaderEpochRequest>((_, request) => EndOfEpoch(request, 2));
        script.Cluster.SetLeader(0, 2);
        TruncationDetectedException error =
            await Assert.ThrowsAsync<TruncationDetectedException>(() => consumer.ConsumeAsync(Limit).AsTask());
        Assert.Equal((Partition, 3, 2), (error.Partition, error.Position, error.DivergingOffset));
        consumer.Seek(Partition, error.DivergingOffset);
        Assert.Equal("2", (await consumer.ConsumeAsync(Limit)).Value);
    }

    [Fact]
    public async Task ALeaderIsAskedAgainWhenItWasElectedAnewMeanwhile()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 2, "t", partitions: 1));
        script.Append("0");
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(Partition);
        await consumer.ConsumeAsync(Limit);
        script.Cluster.On<OffsetForLeaderEpochRequest>((_, request) =>
        {
            if (request.Topics[0].Partitions[0].CurrentLeaderEpoch == 3) return EndOfEpoch(request, 1);
            if (script.Cluster.Epoch == 2) script.Cluster.SetLeader(0, 2);
            return EndOfEpoch(request, -1, ErrorCode.FencedLeaderEpoch);
        });
        script.Cluster.SetLeader(0, 2);
        script.Append("1", leaderEpoch: 3);
        Assert.Equal("1", (await consumer.ConsumeAsync(Limit)).Value);
    }

    [Fact]
    public async Task ALeaderThatDoesNotMentionAPartitionIsNotAskedAgainAtOnce()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 2, "t", partitions: 1));
        script.Append("0");
        await using var consumer = new Consumer<string, string>(
            script.Cluster.ConsumerOptions with { RetryBackoff = TimeSpan.FromMilliseconds(100) }, Serdes.Utf8, Serdes.Utf8);
        consumer.Assign(Partition);
        await consumer.ConsumeAsync(Limit);
        int asked = 0;
        script.Cluster.On<OffsetForLeaderEpochRequest>((_, request) =>
            ++asked < 3 ? new OffsetForLeaderEpochResponse { Topics = [] } : EndOfEpoch(request, 1));
        script.Cluster.SetLeader(0, 2);
        script.Append("1", leaderEpoch: 2);
        long started = Stopwatch.GetTimestamp();
        Assert.Equal("1", (await consumer.ConsumeAsync(Limit)).Value);
        // Two pauses, at the least.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(200), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task ANewLeaderThatDoesNotAnswerHoldsUpItsOwnPartitionsOnly()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 3, "t", partitions: 2));
        script.Append("0");
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(Partition, new TopicPartition("t", 1));
        for (int i = 0; i < 2; i++) await consumer.ConsumeAsync(Limit);
        script.Cluster.On<OffsetForLeaderEpochRequest>((node, request) =>
            node == 2 ? new NoAnswer() : EndOfEpoch(request, 1));
        script.Cluster.SetLeader(0, 2);
        script.Cluster.SetLeader(1, 3);
        script.Append("1", leaderEpoch: 3);
        ConsumeResult<string, string> next = await consumer.ConsumeAsync(Limit);
        Assert.Equal((1, "1"), (next.Partition, next.Value));
    }

    [Fact]
    public async Task ADamagedBatchIsReportedAndCanBeSoughtPast()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 1, "t", partitions: 1));
        script.Append("0");
        script.Append("1", isDamaged: true);
        script.Append("2");
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(Partition);
        Assert.Equal("0", (await consumer.ConsumeAsync(Limit)).Value);
        CorruptBatchException error =
            await Assert.ThrowsAsync<CorruptBatchException>(() => consumer.ConsumeAsync(Limit).AsTask());
        Assert.Equal(1, error.Offset);
        consumer.Seek(Partition, 2);
        Assert.Equal("2", (await consumer.ConsumeAsync(Limit)).Value);
    }

    [Fact]
    public async Task WithoutAnOffsetAndAPolicyConsumingFails()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 1, "t", partitions: 1));
        await using var consumer = new Consumer<string, string>(
            script.Cluster.ConsumerOptions with { AutoOffsetReset = AutoOffsetReset.None }, Serdes.Utf8, Serdes.Utf8);
        consumer.Assign(Partition);
        NoOffsetException error =
            await Assert.ThrowsAsync<NoOffsetException>(() => consumer.ConsumeAsync(Limit).AsTask());
        Assert.Null(error.Offset);
    }

    [Fact]
    public async Task AnOffsetThatIsGoneIsResetAsThePolicySays()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 1, "t", partitions: 1));
        script.Append("0");
        int refusals = 0;
        script.Refuse = _ => refusals++ == 0 ? ErrorCode.OffsetOutOfRange : ErrorCode.None;
        await using Consumer<string, string> consumer = Create(script);
        consumer.Assign(Partition);
        consumer.Seek(Partition, 100);
        Assert.Equal(0, (await consumer.ConsumeAsync(Limit)).Offset);
    }

    [Fact]
    public async Task ARecordThatCannotBeReadComesAfterThoseBeforeItAndStaysInTheWay()
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 1, "t", partitions: 1));
        script.Append("12345678");
        script.Append("not eight");
        script.Append("87654321");
        await using var consumer =
            new Consumer<string, long>(script.Cluster.ConsumerOptions, Serdes.Utf8, Serdes.Int64);
        consumer.Assign(Partition);
        Assert.Equal(0x3132333435363738, (await consumer.ConsumeAsync(Limit)).Value);
        for (int i = 0; i < 2; i++)
        {
            RecordDeserializationException error =
                await Assert.ThrowsAsync<RecordDeserializationException>(() => consumer.ConsumeAsync(Limit).AsTask());
            Assert.Equal(1, error.Offset);
        }

        Assert.Equal(1, consumer.Position(Partition));
        consumer.Seek(Partition, 2);
        Assert.Equal(2, (await consumer.ConsumeAsync(Limit)).Offset);
    }

    private static Consumer<string, string> Create(FetchScript script) =>
        new(script.Cluster.ConsumerOptions, Serdes.Utf8, Serdes.Utf8);

    private static OffsetForLeaderEpochResponse EndOfEpoch(
        OffsetForLeaderEpochRequest request, long endOffset, ErrorCode code = ErrorCode.None) => new()
        {
            Topics =
        [
            new()
            {
                Name = "t",
                Partitions =
                [
                    new()
                    {
                        PartitionIndex = request.Topics[0].Partitions[0].PartitionIndex,
                        LeaderEpoch = request.Topics[0].Partitions[0].LeaderEpoch,
                        EndOffset = endOffset,
                        ErrorCode = code,
                    },
                ],
            },
        ],
        };
}
