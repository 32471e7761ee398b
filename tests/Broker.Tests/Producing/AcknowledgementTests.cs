using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Produce;
using Xunit;

namespace LogStore.Broker.Tests.Producing;

/// <summary>What producers are told, or not told.</summary>
public sealed class AcknowledgementTests
{
    [Fact]
    public async Task WithoutAcksNothingIsAnsweredAndTheNextRequestIs()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        await client.WriteAsync(Batches.Produce("t", 0, Batches.Of("silent").Bytes, acks: 0), Talk.ProduceVersion);
        Assert.Equal(1, await client.ProduceAsync("t", 0, Batches.Of("loud")));
    }

    [Fact]
    public async Task WithoutAcksAnErrorClosesTheConnectionBehindTheAnswersBeforeIt()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        ReadOnlyMemory<byte> batch = Batches.Of("x").Bytes;
        int first = await client.WriteAsync(Batches.Produce("t", 0, batch, acks: 1), Talk.ProduceVersion);
        await client.WriteAsync(Batches.Produce("nowhere", 0, batch, acks: 0), Talk.ProduceVersion);
        ProduceResponse response = await client.ReadAsync<ProduceResponse>(Talk.ProduceVersion, first);
        Assert.Equal(ErrorCode.None, response.Topics[0].Partitions[0].ErrorCode);
        await client.AssertClosedAsync();
    }

    [Fact]
    public async Task RecordsKeepTheirOwnTimeUnlessTheTopicIsToldToStampThem()
    {
        ManualClock clock = new();
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { TimeProvider = clock });
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("own");
        await client.CreateTopicAsync("stamped", 1, ("message.timestamp.type", "LogAppendTime"));
        ReadOnlyMemory<byte> batch = Batches.Of("x").Bytes;
        Assert.Equal(-1, (await client.ProduceAsync("own", 0, batch)).LogAppendTimeMs);
        Assert.Equal(clock.UnixMs, (await client.ProduceAsync("stamped", 0, batch)).LogAppendTimeMs);
        var fetched = (await client.SendAsync(Talk.Fetch("stamped", (0, 0)), Talk.FetchVersion)).Only();
        Assert.Equal(clock.UnixMs, Records.RecordBatch.Parse(fetched.Records.Bytes).MaxTimestamp);
    }

    [Fact]
    public async Task TheAnswerTellsWhereTheLogBegins()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        await client.ProduceAsync("t", 0, Batches.Of("a", "b", "c"));
        await client.SendAsync(
            new KafkaProtocol.Topics.DeleteRecordsRequest
            {
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Offset = 2 }] }],
            },
            version: 1);
        ProduceResponse.Partition result = await client.ProduceAsync("t", 0, Batches.Of("d").Bytes);
        Assert.Equal((3, 2), (result.BaseOffset, result.LogStartOffset));
    }

    [Fact]
    public async Task AVersionsRequestBehindSilentAppendsIsAnswered()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        for (int count = 0; count < 300; count++)
            await client.WriteAsync(Batches.Produce("t", 0, Batches.Of($"{count}").Bytes, acks: 0), Talk.ProduceVersion);
        await client.SendAsync(new ApiVersionsRequest(), version: 0);
        Assert.Equal(300, await client.ProduceAsync("t", 0, Batches.Of("last")));
    }
}
