using System.Text;
using LogStore.Client.Tests.Support;
using LogStore.KafkaProtocol.Produce;
using LogStore.Partitioning;
using Xunit;

namespace LogStore.Client.Tests.Producing;

public sealed class ProducerTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task AppendingWaitsForRoomInsteadOfFailing()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        var script = new ProduceScript(cluster, 1);
        var release = new TaskCompletionSource();
        cluster.On<ProduceRequest>(async (node, request) =>
        {
            await release.Task;
            return script.Apply(node, request);
        });
        await using var producer = new Producer(cluster.ProducerOptions with
        {
            BatchSize = 1000,
            MaxRequestSize = 1000,
            BufferMemory = 4000,
        });
        List<Task> posted = [];
        while (posted.Count < 5 || posted[^1].IsCompleted)
        {
            Assert.True(posted.Count < 100, "The buffer has no bound.");
            posted.Add(producer.PostAsync(new ProducerRecord("t", new byte[800]), cancellationToken: Limit).AsTask());
            if (posted.Count == 1) await posted[0]; // The first one loads the metadata.
        }

        release.SetResult();
        await posted[^1];
        await producer.FlushAsync(Limit);
        Assert.Equal(posted.Count, script.Models[0].Values.Length);
    }

    [Fact]
    public async Task WithoutRoomForTooLongAppendingFails()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        cluster.On<ProduceRequest>((_, _) => new NoAnswer());
        await using var producer = new Producer(cluster.ProducerOptions with
        {
            BatchSize = 1000,
            MaxRequestSize = 1000,
            BufferMemory = 1000,
            MaxBlock = TimeSpan.FromMilliseconds(20),
            CloseTimeout = TimeSpan.Zero,
        });
        RequestTimeoutException error = await Assert.ThrowsAsync<RequestTimeoutException>(async () =>
        {
            for (int i = 0; i < 10; i++)
                await producer.PostAsync(new ProducerRecord("t", new byte[800]), cancellationToken: Limit);
        });
        Assert.Contains("buffer.memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARecordThatNoRequestCanHoldIsRefusedAtOnce()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        var script = new ProduceScript(cluster, 1);
        await using var producer =
            new Producer(cluster.ProducerOptions with { BatchSize = 1000, MaxRequestSize = 2000 });
        await Assert.ThrowsAsync<RecordTooLargeException>(
            () => producer.SendAsync(new ProducerRecord("t", new byte[3000]), Limit));
        // One that is larger than batch.size alone travels in a batch of its own.
        await producer.SendAsync(new ProducerRecord("t", new byte[1500]), Limit);
        Assert.Single(script.Models[0].Values);
    }

    [Fact]
    public async Task CallbacksComeInOrderEvenIfOneThrows()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        _ = new ProduceScript(cluster, 1);
        await using var producer = new Producer(cluster.ProducerOptions with { BatchSize = 128 });
        List<long> offsets = [];
        for (int i = 0; i < 100; i++)
        {
            var record = new ProducerRecord("t", Encoding.UTF8.GetBytes($"{i}"));
            await producer.PostAsync(record, (metadata, error, state) =>
            {
                Assert.Null(error);
                Assert.Equal(offsets.Count, Assert.IsType<int>(state));
                offsets.Add(metadata.Offset);
                if (offsets.Count == 50) throw new InvalidOperationException("An application's mistake.");
            }, i, Limit);
        }

        await producer.FlushAsync(Limit);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), offsets);
    }

    [Fact]
    public async Task WithoutAcknowledgementsARecordIsDeliveredWhenItIsSent()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        cluster.On<ProduceRequest>((_, request) =>
        {
            Assert.Equal(0, request.Acks);
            return new NoAnswer();
        });
        await using var producer = new Producer(cluster.ProducerOptions with { Acks = Acks.None });
        Assert.Equal(-1, (await producer.SendAsync(new ProducerRecord("t", "a"u8.ToArray()), Limit)).Offset);
    }

    [Fact]
    public async Task KeysGoWhereTheJavaClientPutsThem()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 7);
        _ = new ProduceScript(cluster, 7);
        await using var producer = new Producer(cluster.ProducerOptions);
        for (int i = 0; i < 50; i++)
        {
            byte[] key = Encoding.UTF8.GetBytes($"key {i}");
            RecordMetadata sent = await producer.SendAsync(new ProducerRecord("t", key, key), Limit);
            Assert.Equal(Partitioner.ForKey(key, 7), sent.Partition);
        }
    }

    [Fact]
    public async Task RecordsWithoutAKeyFillOneBatchAfterTheOtherAndReachAllPartitions()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 4);
        var script = new ProduceScript(cluster, 4);
        await using var producer =
            new Producer(cluster.ProducerOptions with { BatchSize = 2000, Linger = TimeSpan.FromSeconds(1) });
        for (int i = 0; i < 2000; i++)
            await producer.PostAsync(new ProducerRecord("t", new byte[80]), cancellationToken: Limit);
        await producer.FlushAsync(Limit);
        Assert.All(script.Models, model => Assert.NotEmpty(model.Values));
        Assert.Equal(2000, script.Models.Sum(model => model.Values.Length));
    }

    [Fact]
    public async Task DisposingFlushes()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        var script = new ProduceScript(cluster, 1);
        var producer = new Producer(cluster.ProducerOptions with
        {
            Linger = TimeSpan.FromMinutes(1),
            DeliveryTimeout = TimeSpan.FromMinutes(5),
        });
        await producer.PostAsync(new ProducerRecord("t", "a"u8.ToArray()), cancellationToken: Limit);
        await producer.DisposeAsync();
        Assert.Equal(["a"], script.Models[0].Values);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => producer.SendAsync(new ProducerRecord("t", "b"u8.ToArray()), Limit));
    }

    [Fact]
    public async Task AnUnknownPartitionIsNamed()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        await using var producer = new Producer(cluster.ProducerOptions);
        UnknownPartitionException error = await Assert.ThrowsAsync<UnknownPartitionException>(
            () => producer.SendAsync(new ProducerRecord("t", "a"u8.ToArray()) { Partition = 5 }, Limit));
        Assert.Equal(new TopicPartition("t", 5), error.Partition);
    }
}
