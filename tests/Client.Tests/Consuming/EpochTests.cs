using LogStore.Client.Tests.Support;
using LogStore.KafkaProtocol.Fetch;
using Xunit;

namespace LogStore.Client.Tests.Consuming;

/// <summary>What lets an application that keeps its own positions see that a log is not the one it has read.</summary>
public sealed class EpochTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task TheEndOfAnEpochIsAskedOfTheLeader()
    {
        var cluster = new ScriptedCluster(nodes: 2, "t", partitions: 1);
        cluster.SetLeader(0, 2);
        cluster.On<OffsetForLeaderEpochRequest>((node, request) => node == 2 ? EndOfEpoch(request, 3, 17) : null);
        await using Consumer consumer = new(cluster.ConsumerOptions);
        IReadOnlyDictionary<TopicPartition, EpochEnd> ends =
            await consumer.FindEpochEndsAsync(new Dictionary<TopicPartition, int> { [Partition] = 4 }, Limit);
        Assert.Equal(new EpochEnd(3, 17), Assert.Single(ends).Value);
    }

    [Fact]
    public async Task ARealBrokerKnowsItsEpochsAndSaysSoOfOneThatItHasNot()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("t", 2);
        await using var producer = new Producer(broker.ProducerOptions);
        for (int i = 0; i < 3; i++) await producer.SendAsync(new ProducerRecord("t", "v"u8.ToArray()) { Partition = 0 });
        await using Consumer consumer = new(broker.ConsumerOptions);
        consumer.Assign(Partition);
        int epoch = (await consumer.ReadBatchAsync(Limit)).Batch.LeaderEpoch;
        TopicPartition empty = new("t", 1);
        IReadOnlyDictionary<TopicPartition, EpochEnd> ends = await consumer.FindEpochEndsAsync(
            new Dictionary<TopicPartition, int> { [Partition] = epoch, [empty] = 1000 }, Limit);
        Assert.Equal(new EpochEnd(epoch, 3), ends[Partition]);
        Assert.Equal(-1, ends[empty].EndOffset);
    }

    [Fact]
    public async Task SeekingWithAnEpochThatEndsEarlierIsReported()
    {
        FetchScript script = Create(count: 3);
        script.Cluster.On<OffsetForLeaderEpochRequest>((_, request) => EndOfEpoch(request, 1, 2));
        await using Consumer consumer = new(script.Cluster.ConsumerOptions);
        consumer.Assign(Partition);
        consumer.Seek(Partition, new CommittedOffset(3, LeaderEpoch: 1));
        TruncationDetectedException error =
            await Assert.ThrowsAsync<TruncationDetectedException>(() => consumer.ReadBatchAsync(Limit).AsTask());
        Assert.Equal((Partition, 3, 2), (error.Partition, error.Position, error.DivergingOffset));
    }

    [Fact]
    public async Task SeekingWithAnEpochThatHasTheRecordGoesOn()
    {
        FetchScript script = Create(count: 3);
        script.Cluster.On<OffsetForLeaderEpochRequest>((_, request) => EndOfEpoch(request, 1, 3));
        await using Consumer consumer = new(script.Cluster.ConsumerOptions);
        consumer.Assign(Partition);
        consumer.Seek(Partition, new CommittedOffset(2, LeaderEpoch: 1));
        Assert.Equal(2, (await consumer.ReadBatchAsync(Limit)).Batch.BaseOffset);
    }

    private static FetchScript Create(int count)
    {
        var script = new FetchScript(new ScriptedCluster(nodes: 1, "t", partitions: 1));
        for (int i = 0; i < count; i++) script.Append($"{i}");
        script.Cluster.SetLeader(0, 1); // In epoch 2: one leader does not contradict itself, and is not asked.
        return script;
    }

    private static OffsetForLeaderEpochResponse EndOfEpoch(OffsetForLeaderEpochRequest request, int epoch, long end) => new()
    {
        Topics =
        [
            new()
            {
                Name = request.Topics[0].Name,
                Partitions = [new() { PartitionIndex = 0, LeaderEpoch = epoch, EndOffset = end }],
            },
        ],
    };
}
