using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Topics;
using Xunit;

namespace LogStore.Broker.Tests;

/// <summary>Requests of one connection: which are answered, and in which order.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task VersionsAreAdvertisedForWhatIsAnswered()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        ApiVersionsResponse response = await client.SendAsync(new ApiVersionsRequest(), version: 0);
        Assert.Equal(ErrorCode.None, response.ErrorCode);
        Assert.Contains(response.ApiKeys, api => api is { ApiKey: ApiKey.Produce, MaxVersion: >= 7 });
        Assert.Contains(response.ApiKeys, api => api is { ApiKey: ApiKey.Fetch, MaxVersion: >= 11 });
    }

    [Fact]
    public async Task RequestsInFlightAreAnsweredInOrder()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.SendAsync(new CreateTopicsRequest
        {
            Topics = [new() { Name = "t", NumPartitions = 1, ReplicationFactor = 1, Assignments = [], Configs = [] }],
        }, version: 2);
        List<int> numbers = [];
        for (int index = 0; index < 200; index++)
        {
            ReadOnlyMemory<byte> batch = Batches.Of($"value {index}").Bytes;
            numbers.Add(await client.WriteAsync(Batches.Produce("t", 0, batch), version: 7));
        }

        for (int index = 0; index < numbers.Count; index++)
        {
            ProduceResponse response = await client.ReadAsync<ProduceResponse>(7, numbers[index]);
            Assert.Equal(index, response.Topics[0].Partitions[0].BaseOffset);
        }
    }

    [Fact]
    public async Task AFetchThatWaitsIsAnsweredWhenSomethingIsAppended()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient consumer = await broker.ConnectAsync();
        await using ProtocolClient producer = await broker.ConnectAsync();
        await producer.SendAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 4);
        int number = await consumer.WriteAsync(
            new FetchRequest
            {
                MaxWaitMs = 600_000,
                MinBytes = 1,
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, MaxBytes = 1000 }] }],
            },
            version: 4);
        ReadOnlyMemory<byte> batch = Batches.Of("news").Bytes;
        await producer.SendAsync(Batches.Produce("t", 0, batch), version: 7);
        FetchResponse response = await consumer.ReadAsync<FetchResponse>(4, number);
        Assert.Equal(batch.Length, response.Topics[0].Partitions[0].Records.Length);
    }
}
