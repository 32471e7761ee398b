using System.Collections.Concurrent;
using LogStore.Client.Tests.Support;
using Xunit;

namespace LogStore.Client.Tests.EndToEnd;

public sealed class GroupTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Theory]
    [InlineData(AssignmentStrategy.Range)]
    [InlineData(AssignmentStrategy.RoundRobin)]
    [InlineData(AssignmentStrategy.Sticky)]
    [InlineData(AssignmentStrategy.CooperativeSticky)]
    public async Task AGroupDividesTheRecordsAndLosesNoneWhenMembersComeAndGo(AssignmentStrategy strategy)
    {
        const int Count = 600;
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("work", 6);
        ConsumerOptions options = broker.ConsumerOptions with
        {
            GroupId = "workers",
            AssignmentStrategies = [strategy],
            HeartbeatInterval = TimeSpan.FromMilliseconds(50),
        };
        ConcurrentDictionary<string, int> seen = new();
        await using var producer = new Producer<string, string>(broker.ProducerOptions, Serdes.Utf8, Serdes.Utf8);
        var first = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8);
        first.Subscribe(["work"]);
        await ProduceAsync(producer, 0, Count / 3);
        await ConsumeUntilAsync(first, seen, Count / 3);
        Assert.Equal(6, first.AssignedPartitions.Count);

        await using var second = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8);
        second.Subscribe(["work"]);
        await BothUntilAsync(
            first, second, seen, () => first.AssignedPartitions.Count == 3 && second.AssignedPartitions.Count == 3);
        Assert.Empty(first.AssignedPartitions.Intersect(second.AssignedPartitions));
        await ProduceAsync(producer, Count / 3, 2 * Count / 3);
        await BothUntilAsync(first, second, seen, () => seen.Count == 2 * Count / 3);

        await first.DisposeAsync();
        await ProduceAsync(producer, 2 * Count / 3, Count);
        await ConsumeUntilAsync(second, seen, Count);
        Assert.Equal(6, second.AssignedPartitions.Count);
        // Everyone left in an orderly way, so nothing came twice.
        Assert.All(seen.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task ConsumingGoesOnAtTheCommittedOffset()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("t", 1);
        var partition = new TopicPartition("t", 0);
        await using var producer = new Producer<string, string>(broker.ProducerOptions, Serdes.Utf8, Serdes.Utf8);
        await ProduceAsync(producer, 0, 10, "t");
        ConsumerOptions options = broker.ConsumerOptions with { GroupId = "g", EnableAutoCommit = false };
        await using (var consumer = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8))
        {
            consumer.Subscribe(["t"]);
            for (int i = 0; i < 4; i++) await consumer.ConsumeAsync(Limit);
            await consumer.CommitAsync(Limit);
            await consumer.ConsumeAsync(Limit);
        }

        await using var again = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8);
        again.Subscribe(["t"]);
        Assert.Equal(4, (await again.ConsumeAsync(Limit)).Offset);
        Assert.Equal(4, (await again.CommittedAsync([partition], Limit))[partition].Offset);

        await using var admin = new AdminClient(broker.Options);
        GroupDescription group = await admin.DescribeGroupAsync("g", Limit);
        Assert.Equal([partition], Assert.Single(group.Members).Assignment);
        BrokerErrorException error = await Assert.ThrowsAsync<BrokerErrorException>(() => admin.AlterGroupOffsetsAsync(
            "g", new Dictionary<TopicPartition, CommittedOffset> { [partition] = new(1) }, Limit));
        Assert.Contains("stop its consumers", error.Message, StringComparison.Ordinal);
        await again.UnsubscribeAsync(Limit);
        await admin.AlterGroupOffsetsAsync(
            "g", new Dictionary<TopicPartition, CommittedOffset> { [partition] = new(2) }, Limit);
        again.Subscribe(["t"]);
        Assert.Equal(2, (await again.ConsumeAsync(Limit)).Offset);
    }

    [Fact]
    public async Task AStaticMemberComesBackToItsPartitionsWithoutARebalance()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("t", 2);
        ConsumerOptions options = broker.ConsumerOptions with { GroupId = "g", GroupInstanceId = "one" };
        await using var producer = new Producer<string, string>(broker.ProducerOptions, Serdes.Utf8, Serdes.Utf8);
        await ProduceAsync(producer, 0, 10, "t");
        await using (var consumer = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8))
        {
            consumer.Subscribe(["t"]);
            await consumer.ConsumeAsync(Limit);
        }

        await using var admin = new AdminClient(broker.Options);
        GroupDescription group = await admin.DescribeGroupAsync("g", Limit);
        Assert.Equal("one", Assert.Single(group.Members).GroupInstanceId);
        await using var again = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8);
        again.Subscribe(["t"]);
        await again.ConsumeAsync(Limit);
        Assert.Equal(2, again.AssignedPartitions.Count);
    }

    [Fact]
    public async Task TheListenerHearsOfEveryPartitionAndCanCommit()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("t", 2);
        await using var producer = new Producer<string, string>(broker.ProducerOptions, Serdes.Utf8, Serdes.Utf8);
        await ProduceAsync(producer, 0, 10, "t");
        var consumer = new Consumer<string, string>(
            broker.ConsumerOptions with { GroupId = "g", EnableAutoCommit = false }, Serdes.Utf8, Serdes.Utf8);
        var listener = new CommittingListener(consumer);
        consumer.Subscribe(["t"], listener);
        ConsumeResult<string, string> read = await consumer.ConsumeAsync(Limit);
        Assert.Equal(2, listener.Assigned.Count);
        await consumer.DisposeAsync();
        Assert.Equal(listener.Assigned, listener.Revoked);

        await using var admin = new AdminClient(broker.Options);
        IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets =
            await admin.ListGroupOffsetsAsync("g", null, Limit);
        Assert.Equal(1, offsets[read.TopicPartition].Offset);
    }

    [Fact]
    public async Task AConsumerKnowsWhichMemberOfWhichGenerationItIs()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("t", 1);
        ConsumerOptions options = broker.ConsumerOptions with
        {
            GroupId = "g",
            HeartbeatInterval = TimeSpan.FromMilliseconds(50),
        };
        await using var first = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8);
        Assert.Null(first.Member);
        first.Subscribe(["t"]);
        while (first.Member is null) await first.ConsumeAsync(TimeSpan.FromMilliseconds(20), Limit);
        GroupMember before = first.Member.Value;
        await using var admin = new AdminClient(broker.Options);
        Assert.Equal(before.MemberId, Assert.Single((await admin.DescribeGroupAsync("g", Limit)).Members).MemberId);

        await using var second = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8);
        second.Subscribe(["t"]);
        await BothUntilAsync(
            first, second, new(), () => second.Member is not null && first.Member?.Generation > before.Generation);
        Assert.Equal(before.MemberId, first.Member!.Value.MemberId);
        Assert.NotEqual(before.MemberId, second.Member!.Value.MemberId);
        await first.UnsubscribeAsync(Limit);
        Assert.Null(first.Member);
    }

    private static async Task ProduceAsync(Producer<string, string> producer, int from, int to, string topic = "work")
    {
        for (int i = from; i < to; i++) await producer.PostAsync(topic, $"key {i}", $"{i}");
        await producer.FlushAsync(Limit);
    }

    private static async Task ConsumeUntilAsync(
        Consumer<string, string> consumer, ConcurrentDictionary<string, int> seen, int count)
    {
        while (seen.Count < count)
            seen.AddOrUpdate((await consumer.ConsumeAsync(Limit)).Value!, 1, (_, times) => times + 1);
    }

    private static async Task BothUntilAsync(
        Consumer<string, string> first, Consumer<string, string> second, ConcurrentDictionary<string, int> seen,
        Func<bool> isDone)
    {
        CancellationToken limit = Limit;
        await Task.WhenAll(RunAsync(first), RunAsync(second));

        async Task RunAsync(Consumer<string, string> consumer)
        {
            while (!isDone())
            {
                if (await consumer.ConsumeAsync(TimeSpan.FromMilliseconds(20), limit) is { } read)
                    seen.AddOrUpdate(read.Value!, 1, (_, times) => times + 1);
            }
        }
    }

    private sealed class CommittingListener(Consumer consumer) : IRebalanceListener
    {
        public List<TopicPartition> Assigned { get; } = [];

        public List<TopicPartition> Revoked { get; } = [];

        public Task OnAssignedAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken)
        {
            Assigned.AddRange(partitions);
            return Task.CompletedTask;
        }

        public Task OnRevokedAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken)
        {
            Revoked.AddRange(partitions);
            return consumer.CommitAsync(cancellationToken);
        }
    }
}
