using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Topics;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Fetching;

/// <summary>What a fetch gets that need not wait: from where, and how much.</summary>
public sealed class FetchTests
{
    private static readonly RecordBatch Batch = Batches.Of(new string('x', 1000));

    [Theory]
    [InlineData(0, ErrorCode.OffsetOutOfRange, 0)]
    [InlineData(2, ErrorCode.None, 4)]
    [InlineData(3, ErrorCode.None, 3)]
    [InlineData(5, ErrorCode.None, 1)]
    [InlineData(6, ErrorCode.None, 0)]
    [InlineData(7, ErrorCode.OffsetOutOfRange, 0)]
    [InlineData(-1, ErrorCode.OffsetOutOfRange, 0)]
    [InlineData(long.MaxValue, ErrorCode.OffsetOutOfRange, 0)]
    public async Task OffsetsInTheLogAreServedAndOthersAreOutOfRange(long offset, ErrorCode error, int records)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        for (int count = 0; count < 6; count++) await client.ProduceAsync("t", 0, Batches.Of($"{count}"));
        await client.SendAsync(
            new DeleteRecordsRequest
            {
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Offset = 2 }] }],
            },
            version: 1);
        FetchResponse.Partition result = (await client.SendAsync(Talk.Fetch("t", (0, offset)), Talk.FetchVersion)).Only();
        Assert.Equal((error, records), (result.ErrorCode, result.Values().Length));
        if (error == ErrorCode.None) Assert.Equal((6, 6, 2), (result.HighWatermark, result.LastStableOffset, result.LogStartOffset));
    }

    [Fact]
    public async Task AnOffsetInsideABatchGetsTheWholeBatch()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        await client.ProduceAsync("t", 0, Batches.Of("a", "b", "c"));
        await client.ProduceAsync("t", 0, Batches.Of("d"));
        FetchResponse.Partition result = (await client.SendAsync(Talk.Fetch("t", (0, 1)), Talk.FetchVersion)).Only();
        Assert.Equal(["a", "b", "c", "d"], result.Values());
    }

    [Fact]
    public async Task RecordsOfAllSegmentsAreReadOneSegmentAtATime()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t", 1, ("segment.bytes", "4096"));
        for (int count = 0; count < 20; count++) await client.ProduceAsync("t", 0, Batch);
        int read = 0;
        int fetches = 0;
        while (read < 20)
        {
            FetchResponse.Partition result = (await client.SendAsync(Talk.Fetch("t", (0, read)), Talk.FetchVersion)).Only();
            Assert.NotEqual(0, result.Records.Length);
            read += result.Values().Length;
            fetches++;
        }

        Assert.InRange(fetches, 2, 20);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(11)]
    public async Task TheFirstBatchIsServedHoweverSmallTheLimitsAre(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        await client.ProduceAsync("t", 0, Batch);
        foreach ((int limit, int partitionLimit) in ((int, int)[])[(10, 1 << 20), (1 << 20, 10), (0, 0), (-1, -1)])
        {
            FetchRequest request = Talk.Fetch("t", (0, 0));
            request.MaxBytes = limit;
            request.Topics[0].Partitions[0].MaxBytes = partitionLimit;
            Assert.Equal(Batch.SizeInBytes, (await client.SendAsync(request, version)).Only().Records.Length);
        }
    }

    [Fact]
    public async Task APartitionsLimitBoundsThePartition()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        for (int count = 0; count < 5; count++) await client.ProduceAsync("t", 0, Batch);
        FetchRequest request = Talk.Fetch("t", (0, 0));
        request.Topics[0].Partitions[0].MaxBytes = 3 * Batch.SizeInBytes;
        Assert.Equal(3, (await client.SendAsync(request, Talk.FetchVersion)).Only().Values().Length);
    }

    [Fact]
    public async Task ALimitIsReachedByWholePartitionsAndAllPartitionsAreNamed()
    {
        // A client of KIP-227 takes a first answer that leaves out a partition for a broken one, and throws it away.
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t", partitions: 3);
        for (int partition = 0; partition < 3; partition++) await client.ProduceAsync("t", partition, Batch);
        FetchRequest request = Talk.Fetch("t", (0, 0), (1, 0), (2, 0));
        request.MaxBytes = Batch.SizeInBytes;
        FetchResponse response = await client.SendAsync(request, Talk.FetchVersion);
        Assert.Equal([0, 1, 2], response.Partitions());
        Assert.Equal(
            [(Batch.SizeInBytes, 1L), (0, 1L), (0, 1L)],
            response.Topics[0].Partitions.Select(partition => (partition.Records.Length, partition.HighWatermark)));
    }

    [Fact]
    public async Task ABatchThatDoesNotFitBehindAnotherPartitionsIsLeftOutInsteadOfCut()
    {
        // Clients take an answer without one whole batch for a batch above their limit, and give up (KIP-74).
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t", partitions: 2);
        for (int partition = 0; partition < 2; partition++) await client.ProduceAsync("t", partition, Batch);
        FetchRequest request = Talk.Fetch("t", (0, 0), (1, 0));
        request.MaxBytes = Batch.SizeInBytes + 500;
        FetchResponse response = await client.SendAsync(request, Talk.FetchVersion);
        Assert.Equal([Batch.SizeInBytes, 0], response.Topics[0].Partitions.Select(partition => partition.Records.Length));
    }

    [Theory]
    [InlineData("nowhere", 0)]
    [InlineData("t", 1)]
    [InlineData("t", -1)]
    public async Task TopicsAndPartitionsThatThereAreNotAreUnknownAtOnce(string topic, int partition)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        FetchRequest request = Talk.Fetch(topic, (partition, 0));
        request.MaxWaitMs = 600_000;
        Assert.Equal(
            ErrorCode.UnknownTopicOrPartition, (await client.SendAsync(request, Talk.FetchVersion)).Only().ErrorCode);
    }

    [Theory]
    [InlineData(-1, ErrorCode.None)]
    [InlineData(0, ErrorCode.None)]
    [InlineData(1, ErrorCode.UnknownLeaderEpoch)]
    public async Task TheClientsIdeaOfTheLeadersEpochIsChecked(int epoch, ErrorCode error)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        FetchRequest request = Talk.Fetch("t", (0, 0));
        request.Topics[0].Partitions[0].CurrentLeaderEpoch = epoch;
        Assert.Equal(error, (await client.SendAsync(request, Talk.FetchVersion)).Only().ErrorCode);
    }

    [Fact]
    public async Task VersionsBeforeRecordBatchesAreRefusedByAFormatError()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        for (short version = 0; version < 4; version++)
            Assert.Equal(
                ErrorCode.UnsupportedForMessageFormat,
                (await client.SendAsync(Talk.Fetch("t", (0, 0)), version)).Only().ErrorCode);
    }

    [Fact]
    public async Task APartitionThatIsNamedTwiceIsServedOnce()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        await client.ProduceAsync("t", 0, Batch);
        Assert.Single((await client.SendAsync(Talk.Fetch("t", (0, 0), (0, 0)), Talk.FetchVersion)).Only().Values());
    }

    [Fact]
    public async Task RecordsComeAsTheProducerMadeThem()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        RecordBatch sent = Batches.Of(new RecordBatchBuilderOptions { Compression = CompressionType.Gzip }, "a", "b");
        await client.ProduceAsync("t", 0, Batch);
        await client.ProduceAsync("t", 0, sent);
        RecordBatch got = RecordBatch.Parse(
            (await client.SendAsync(Talk.Fetch("t", (0, 1)), Talk.FetchVersion)).Only().Records.Bytes);
        Assert.Equal((1, 0), (got.BaseOffset, got.LeaderEpoch));
        Assert.Equal(sent.Bytes[Batches.MagicAt..].ToArray(), got.Bytes[Batches.MagicAt..].ToArray());
    }
}
