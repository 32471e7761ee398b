using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Transactions;
using Xunit;

namespace LogStore.Broker.Tests.Producing;

/// <summary>Producers with an id: what is sent again is stored once, and nothing is left out.</summary>
public sealed class IdempotenceTests
{
    [Fact]
    public async Task ABatchThatIsSentAgainGetsItsFirstOffset()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        long id = await client.InitProducerIdAsync();
        Assert.Equal(0, await client.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 0, "a", "b")));
        Assert.Equal(2, await client.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 2, "c")));
        Assert.Equal(0, await client.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 0, "a", "b")));
        Assert.Equal(2, await client.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 2, "c")));
        Assert.Equal(3, await client.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 3, "d")));
        FetchedValues(await client.SendAsync(Talk.Fetch("t", (0, 0)), Talk.FetchVersion), "a", "b", "c", "d");
    }

    [Fact]
    public async Task ABatchThatIsSentAgainAfterARestartGetsItsFirstOffset()
    {
        using TemporaryDirectory directory = new();
        long id;
        await using (TestBroker broker = await TestBroker.StartAsync(directory: directory))
        await using (ProtocolClient client = await broker.ConnectAsync())
        {
            await client.CreateTopicAsync("t");
            id = await client.InitProducerIdAsync();
            await client.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 0, "a"));
        }

        await using TestBroker again = await TestBroker.StartAsync(directory: directory);
        await using ProtocolClient back = await again.ConnectAsync();
        Assert.Equal(0, await back.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 0, "a")));
        Assert.Equal(1, await back.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 1, "b")));
    }

    [Fact]
    public async Task AGapIsOutOfOrder()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        long id = await client.InitProducerIdAsync();
        await client.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 0, "a"));
        ProduceResponse.Partition result = await client.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 2, "c").Bytes);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, result.ErrorCode);
        Assert.Equal(1, await client.ProduceAsync("t", 0, Batches.OfProducer(id, 0, 1, "b")));
    }

    [Fact]
    public async Task AnUnknownProducerThatDoesNotBeginAtTheBeginningIsUnknown()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        ProduceResponse.Partition result = await client.ProduceAsync("t", 0, Batches.OfProducer(7, 0, 5, "x").Bytes);
        Assert.Equal(ErrorCode.UnknownProducerId, result.ErrorCode);
    }

    [Fact]
    public async Task AnOldEpochIsFenced()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        await client.ProduceAsync("t", 0, Batches.OfProducer(7, 3, 0, "new"));
        ProduceResponse.Partition result = await client.ProduceAsync("t", 0, Batches.OfProducer(7, 2, 0, "old").Bytes);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, result.ErrorCode);
    }

    [Fact]
    public async Task ProducerIdsAreGivenOutOnceForEver()
    {
        using TemporaryDirectory directory = new();
        HashSet<long> ids = [];
        for (int run = 0; run < 3; run++)
        {
            await using TestBroker broker = await TestBroker.StartAsync(directory: directory);
            await using ProtocolClient client = await broker.ConnectAsync();
            // More than the block that is taken from the file at once.
            for (int count = 0; count < 1100; count++) Assert.True(ids.Add(await client.InitProducerIdAsync()));
        }
    }

    [Fact]
    public async Task ManyProducersAtOnceGetDifferentIds()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        long[][] ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using ProtocolClient client = await broker.ConnectAsync();
            long[] mine = new long[300];
            for (int index = 0; index < mine.Length; index++) mine[index] = await client.InitProducerIdAsync();
            return mine;
        }));
        Assert.Equal(8 * 300, ids.SelectMany(mine => mine).Distinct().Count());
    }

    [Fact]
    public async Task ActiveProducersAreShown()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        await client.ProduceAsync("t", 0, Batches.OfProducer(7, 3, 0, "a", "b"));
        DescribeProducersResponse response = await client.SendAsync(
            new DescribeProducersRequest
            {
                Topics = [new() { Name = "t", PartitionIndexes = [0, 1] }, new() { Name = "nowhere", PartitionIndexes = [0] }],
            },
            version: 0);
        DescribeProducersResponse.ActiveProducer producer = Assert.Single(response.Topics[0].Partitions[0].ActiveProducers);
        Assert.Equal((7, 3, 1), (producer.ProducerId, producer.ProducerEpoch, producer.LastSequence));
        Assert.Equal(-1, producer.CurrentTxnStartOffset);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, response.Topics[0].Partitions[1].ErrorCode);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, response.Topics[1].Partitions[0].ErrorCode);
    }

    [Fact]
    public async Task APartitionThatIsNamedOverAndOverIsShownOnce()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        DescribeProducersRequest.Topic topic = new() { Name = "t", PartitionIndexes = [0, 0, 0, 1] };
        DescribeProducersResponse response = await client.SendAsync(
            new DescribeProducersRequest { Topics = [topic, topic, topic] }, version: 0);
        Assert.Equal([0, 1], Assert.Single(response.Topics).Partitions.Select(partition => partition.PartitionIndex));
    }

    private static void FetchedValues(KafkaProtocol.Fetch.FetchResponse response, params string[] values) =>
        Assert.Equal(values, response.Only().Values());
}
