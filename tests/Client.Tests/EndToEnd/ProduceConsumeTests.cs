using System.Text;
using LogStore.Client.Tests.Support;
using LogStore.Records;
using Xunit;

namespace LogStore.Client.Tests.EndToEnd;

public sealed class ProduceConsumeTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task ARecordComesBackAsItWasSent()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("orders", 3);
        await using var producer = new Producer(broker.ProducerOptions);
        RecordMetadata sent =
            await producer.SendAsync(new ProducerRecord("orders", "value"u8.ToArray(), "key"u8.ToArray())
            {
                TimestampMs = 1_700_000_000_123,
                Headers = new RecordHeader[] { new("trace", "42"u8.ToArray()), new("none", null) },
            }, Limit);

        await using var consumer = new Consumer<string, string>(broker.ConsumerOptions, Serdes.Utf8, Serdes.Utf8);
        consumer.Assign(new TopicPartition("orders", sent.Partition));
        ConsumeResult<string, string> read = await consumer.ConsumeAsync(Limit);

        Assert.Equal((sent.Topic, sent.Partition, sent.Offset), (read.Topic, read.Partition, read.Offset));
        Assert.Equal(("key", "value", 1_700_000_000_123), (read.Key, read.Value, read.TimestampMs));
        Assert.Equal(["trace", "none"], read.Headers.Select(header => header.Key));
        Assert.Equal("42", Encoding.UTF8.GetString(read.Headers[0].Value!.Value.Span));
        Assert.Null(read.Headers[1].Value);
    }

    [Fact]
    public async Task NullAndEmptyAreToldApart()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("nulls", 1);
        await using (var producer = new Producer<string, string>(broker.ProducerOptions, Serdes.Utf8, Serdes.Utf8))
        {
            await producer.SendAsync("nulls", null, "", Limit);
            await producer.SendAsync("nulls", "", null, Limit);
            await producer.Inner.SendAsync(new ProducerRecord("nulls", null), Limit);
        }

        await using var consumer = new Consumer<byte[], byte[]>(broker.ConsumerOptions, Serdes.Bytes, Serdes.Bytes);
        consumer.Assign(new TopicPartition("nulls", 0));
        List<(byte[]?, byte[]?)> read = [];
        for (int i = 0; i < 3; i++)
        {
            ConsumeResult<byte[], byte[]> result = await consumer.ConsumeAsync(Limit);
            read.Add((result.Key, result.Value));
        }

        Assert.Equal([(null, []), ([], null), (null, null)], read);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    public async Task AllRecordsArriveOnceAndInTheOrderOfTheirPartition(CompressionType compression)
    {
        const int Count = 20_000;
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("events", 4);
        await using var producer = new Producer<long?, string>(
            broker.ProducerOptions with { Compression = compression, BatchSize = 4096 }, new LongSerializer(
                ), Serdes.Utf8);
        int delivered = 0;
        for (int i = 0; i < Count; i++)
        {
            await producer.PostAsync("events", i % 17, $"{i}", (_, error, _) =>
            {
                Assert.Null(error);
                Interlocked.Increment(ref delivered);
            }, cancellationToken: Limit);
        }

        await producer.FlushAsync(Limit);
        Assert.Equal(Count, delivered);

        await using var consumer = new Consumer<long, string>(broker.ConsumerOptions, Serdes.Int64, Serdes.Utf8);
        consumer.Assign([.. Enumerable.Range(0, 4).Select(i => new TopicPartition("events", i))]);
        Dictionary<int, int> last = [];
        HashSet<string> seen = [];
        for (int i = 0; i < Count; i++)
        {
            ConsumeResult<long, string> read = await consumer.ConsumeAsync(Limit);
            int number = int.Parse(read.Value!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(number % 17, read.Key);
            Assert.True(last.GetValueOrDefault(read.Partition, -1) < number);
            last[read.Partition] = number;
            Assert.True(seen.Add(read.Value!));
        }

        Assert.Null(await consumer.ConsumeAsync(TimeSpan.FromMilliseconds(1), Limit));
    }

    [Fact]
    public async Task AnInProcessBrokerIsJustAnotherConnection()
    {
        await using RealBroker broker = await RealBroker.StartAsync(options => options with { Listeners = [] });
        ConnectDelegate connect = (_, _, _) => ValueTask.FromResult(broker.Server.Connect());
        await using var producer = new Producer(new ProducerOptions { Connect = connect });
        RecordMetadata sent = await producer.SendAsync(new ProducerRecord("auto", new byte[100_000]), Limit);
        Assert.Equal(0, sent.Offset);

        await using var consumer = new Consumer(
            new ConsumerOptions { Connect = connect, AutoOffsetReset = AutoOffsetReset.Earliest });
        consumer.Assign(new TopicPartition("auto", 0));
        ConsumedBatch batch = await consumer.ReadBatchAsync(Limit);
        int count = 0;
        foreach (RecordView record in batch)
        {
            Assert.Equal(100_000, record.Value.Length);
            count++;
        }

        Assert.Equal(1, count);
    }

    [Fact]
    public async Task SeekGoesToOffsetsTimesAndEnds()
    {
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("times", 1);
        var partition = new TopicPartition("times", 0);
        await using var producer = new Producer(broker.ProducerOptions);
        for (int i = 0; i < 10; i++)
        {
            await producer.SendAsync(
                new ProducerRecord("times", new[] { (byte)i }) { TimestampMs = 1000 * (i + 1) }, Limit);
        }

        await using var consumer = new Consumer<byte[], byte[]>(broker.ConsumerOptions, Serdes.Bytes, Serdes.Bytes);
        consumer.Assign(partition);
        consumer.Seek(partition, 7);
        Assert.Equal(7, (await consumer.ConsumeAsync(Limit)).Offset);
        Assert.Equal(8, consumer.Position(partition));
        consumer.Seek(partition, OffsetSpec.AtOrAfter(3500));
        Assert.Equal(3, (await consumer.ConsumeAsync(Limit)).Offset);
        consumer.Seek(partition, OffsetSpec.Earliest);
        Assert.Equal(0, (await consumer.ConsumeAsync(Limit)).Offset);
        consumer.Pause(partition);
        Assert.Null(await consumer.ConsumeAsync(TimeSpan.FromMilliseconds(1), Limit));
        consumer.Resume(partition);
        Assert.Equal(1, (await consumer.ConsumeAsync(Limit)).Offset);

        IReadOnlyDictionary<TopicPartition, OffsetResult> ends = await consumer.ListOffsetsAsync(
            new Dictionary<TopicPartition, OffsetSpec> { [partition] = OffsetSpec.Latest }, Limit);
        Assert.Equal(10, ends[partition].Offset);
    }

    private sealed class LongSerializer : ISerializer<long?>
    {
        public void Serialize(long? value, System.Buffers.IBufferWriter<byte> destination) =>
            Serdes.Int64.Serialize(value!.Value, destination);
    }
}
