using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Topics;
using LogStore.KafkaProtocol.Transactions;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Support;

/// <summary>What tests ask a broker for again and again, in a line each.</summary>
internal static class Talk
{
    public const short ProduceVersion = 8;
    public const short FetchVersion = 11;

    /// <summary>Makes a topic, which must succeed.</summary>
    public static async Task CreateTopicAsync(
        this ProtocolClient client, string name, int partitions = 1, params (string Key, string Value)[] configs) =>
        Assert.Equal(ErrorCode.None, await client.TryCreateTopicAsync(NewTopic(name, partitions, configs)));

    public static async Task<ErrorCode> TryCreateTopicAsync(this ProtocolClient client, CreateTopicsRequest.Topic topic)
    {
        CreateTopicsResponse response = await client.SendAsync(new CreateTopicsRequest { Topics = [topic] }, version: 4);
        return Assert.Single(response.Topics).ErrorCode;
    }

    public static CreateTopicsRequest.Topic NewTopic(
        string name, int partitions = 1, params (string Key, string Value)[] configs) => new()
        {
            Name = name,
            NumPartitions = partitions,
            ReplicationFactor = 1,
            Assignments = [],
            Configs = [.. configs.Select(config => new CreateTopicsRequest.Config { Name = config.Key, Value = config.Value })],
        };

    public static async Task<ErrorCode> DeleteTopicAsync(this ProtocolClient client, string name)
    {
        DeleteTopicsResponse response = await client.SendAsync(new DeleteTopicsRequest { TopicNames = [name] }, version: 3);
        return Assert.Single(response.Topics).ErrorCode;
    }

    /// <summary>Produces bytes to one partition.</summary>
    public static async Task<ProduceResponse.Partition> ProduceAsync(
        this ProtocolClient client, string topic, int partition, ReadOnlyMemory<byte> records, short acks = -1,
        short version = ProduceVersion)
    {
        ProduceResponse response = await client.SendAsync(Batches.Produce(topic, partition, records, acks), version);
        return Assert.Single(Assert.Single(response.Topics).Partitions);
    }

    /// <summary>Produces a batch, which must succeed; returns its offset.</summary>
    public static async Task<long> ProduceAsync(this ProtocolClient client, string topic, int partition, RecordBatch batch)
    {
        ProduceResponse.Partition result = await client.ProduceAsync(topic, partition, batch.Bytes);
        Assert.Equal(ErrorCode.None, result.ErrorCode);
        return result.BaseOffset;
    }

    /// <summary>A fetch of some partitions of one topic, each from an offset, that does not wait.</summary>
    public static FetchRequest Fetch(string topic, params (int Partition, long Offset)[] partitions) => new()
    {
        MinBytes = 1,
        Topics =
        [
            new()
            {
                Name = topic,
                Partitions =
                [
                    .. partitions.Select(each => new FetchRequest.Partition
                    {
                        PartitionIndex = each.Partition,
                        FetchOffset = each.Offset,
                        MaxBytes = 1024 * 1024,
                    }),
                ],
            },
        ],
    };

    /// <summary>The one partition of a response.</summary>
    public static FetchResponse.Partition Only(this FetchResponse response)
    {
        Assert.Equal(ErrorCode.None, response.ErrorCode);
        return Assert.Single(Assert.Single(response.Topics).Partitions);
    }

    /// <summary>The partitions of a response of one topic, in its order.</summary>
    public static IReadOnlyList<int> Partitions(this FetchResponse response) =>
        [.. response.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.PartitionIndex)];

    /// <summary>The values of the records that a partition's answer holds, all of which must be whole.</summary>
    public static string[] Values(this FetchResponse.Partition partition) => Batches.Values(partition.Records.Bytes);

    public static async Task<long> InitProducerIdAsync(this ProtocolClient client)
    {
        InitProducerIdResponse response = await client.SendAsync(new InitProducerIdRequest(), version: 1);
        Assert.Equal((ErrorCode.None, 0), (response.ErrorCode, response.ProducerEpoch));
        return response.ProducerId;
    }

    /// <summary>Asserts that the broker has closed the connection without an answer.</summary>
    public static async Task AssertClosedAsync(this ProtocolClient client) => Assert.Null(await client.ReadFrameAsync());
}
