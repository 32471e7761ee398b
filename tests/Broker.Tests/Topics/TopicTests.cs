using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Topics;
using Xunit;

namespace LogStore.Broker.Tests.Topics;

/// <summary>Topics are made, extended and deleted, and refused by their codes.</summary>
public sealed class TopicTests : IAsyncLifetime
{
    private TestBroker _broker = null!;
    private ProtocolClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(options => options with { DefaultPartitions = 4 });
        _client = await _broker.ConnectAsync();
        await _client.CreateTopicAsync("taken", partitions: 2);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    public static TheoryData<string, ErrorCode> Refused => new()
    {
        { "a name that is taken", ErrorCode.TopicAlreadyExists },
        { "an empty name", ErrorCode.InvalidTopic },
        { "a name with a slash", ErrorCode.InvalidTopic },
        { "a name of 250 characters", ErrorCode.InvalidTopic },
        { "a name of smileys", ErrorCode.InvalidTopic },
        { "no partitions", ErrorCode.InvalidPartitions },
        { "fewer than no partitions", ErrorCode.InvalidPartitions },
        { "two billion partitions", ErrorCode.InvalidPartitions },
        { "two replicas", ErrorCode.InvalidReplicationFactor },
        { "no replicas", ErrorCode.InvalidReplicationFactor },
        { "a setting that there is not", ErrorCode.InvalidConfig },
        { "a setting with a wrong value", ErrorCode.InvalidConfig },
        { "a setting with a value of 32,000 characters", ErrorCode.InvalidConfig },
        { "replicas on another broker", ErrorCode.InvalidReplicaAssignment },
        { "replicas with a gap", ErrorCode.InvalidReplicaAssignment },
        { "replicas and their number", ErrorCode.InvalidRequest },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task ATopicThatCannotBeIsRefused(string what, ErrorCode error)
    {
        Assert.Equal(error, await _client.TryCreateTopicAsync(Bad(what)));
        Assert.Equal(["taken"], await NamesAsync());
    }

    [Fact]
    public async Task ATopicThatIsNamedTwiceIsRefusedAndTheOthersAreMade()
    {
        CreateTopicsResponse response = await _client.SendAsync(
            new CreateTopicsRequest { Topics = [Talk.NewTopic("a"), Talk.NewTopic("b"), Talk.NewTopic("a")] }, version: 4);
        Assert.All(
            response.Topics,
            topic => Assert.Equal(topic.Name == "a" ? ErrorCode.InvalidRequest : ErrorCode.None, topic.ErrorCode));
        Assert.Equal(["b", "taken"], await NamesAsync());
    }

    [Fact]
    public async Task FortyThousandNamesAreRefusedInNoTime()
    {
        // What is looked for among all others for each of them takes minutes.
        CreateTopicsRequest.Topic[] topics = [.. Enumerable.Range(0, 40_000).Select(number => Talk.NewTopic($"/{number}"))];
        CreateTopicsResponse response = await _client.SendAsync(
            new CreateTopicsRequest { Topics = topics }, version: 4).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.All(response.Topics, topic => Assert.Equal(ErrorCode.InvalidTopic, topic.ErrorCode));
    }

    [Fact]
    public async Task ATopicWithoutANumberOfPartitionsGetsTheBrokers()
    {
        CreateTopicsRequest.Topic topic = Talk.NewTopic("t") with { NumPartitions = -1, ReplicationFactor = -1 };
        Assert.Equal(ErrorCode.None, await _client.TryCreateTopicAsync(topic));
        Assert.Equal(4, await PartitionsAsync("t"));
    }

    [Fact]
    public async Task ATopicIsMadeFromAnAssignment()
    {
        CreateTopicsRequest.Topic topic = Talk.NewTopic("t") with
        {
            NumPartitions = -1,
            ReplicationFactor = -1,
            Assignments = [new() { PartitionIndex = 1, BrokerIds = [1] }, new() { PartitionIndex = 0, BrokerIds = [1] }],
        };
        Assert.Equal(ErrorCode.None, await _client.TryCreateTopicAsync(topic));
        Assert.Equal(2, await PartitionsAsync("t"));
    }

    [Fact]
    public async Task ValidationMakesNothing()
    {
        CreateTopicsResponse response = await _client.SendAsync(
            new CreateTopicsRequest { Topics = [Talk.NewTopic("t"), Talk.NewTopic("/")], ValidateOnly = true }, version: 4);
        Assert.Equal([ErrorCode.None, ErrorCode.InvalidTopic], response.Topics.Select(topic => topic.ErrorCode));
        Assert.Equal(["taken"], await NamesAsync());
    }

    [Fact]
    public async Task ADeletedTopicIsGoneAndItsNameFree()
    {
        await _client.ProduceAsync("taken", 1, Batches.Of("old"));
        Assert.Equal(ErrorCode.None, await _client.DeleteTopicAsync("taken"));
        Assert.Equal(
            ErrorCode.UnknownTopicOrPartition, (await _client.ProduceAsync("taken", 1, Batches.Of("x").Bytes)).ErrorCode);
        Assert.Empty(await NamesAsync());
        await _client.CreateTopicAsync("taken", partitions: 2);
        Assert.Equal(0, await _client.ProduceAsync("taken", 1, Batches.Of("new")));
    }

    [Theory]
    [InlineData("nowhere", ErrorCode.UnknownTopicOrPartition)]
    [InlineData("", ErrorCode.UnknownTopicOrPartition)]
    [InlineData("../taken-0", ErrorCode.UnknownTopicOrPartition)]
    [InlineData("__consumer_offsets", ErrorCode.InvalidTopic)]
    [InlineData("__transaction_state", ErrorCode.InvalidTopic)]
    public async Task ATopicThatIsNotThereOrNotTheClientsIsNotDeleted(string name, ErrorCode error)
    {
        Assert.Equal(error, await _client.DeleteTopicAsync(name));
        Assert.Equal(["taken"], await NamesAsync());
    }

    [Fact]
    public async Task ATopicOfAToolIsAnOrdinaryOneThoughItBeginsLikeTheBrokersOwn()
    {
        const string name = "__debezium-heartbeat.shop";
        MetadataResponse made = await _client.SendAsync(
            new MetadataRequest { Topics = [new() { Name = name }], AllowAutoTopicCreation = true }, version: 8);
        Assert.Equal((ErrorCode.None, false), (made.Topics[0].ErrorCode, made.Topics[0].IsInternal));
        Assert.Equal(0, await _client.ProduceAsync(name, 0, Batches.Of("x")));
        Assert.Equal(ErrorCode.None, await _client.DeleteTopicAsync(name));
        Assert.Equal(["taken"], await NamesAsync());
    }

    [Fact]
    public async Task ATopicThatIsMadeAndDeletedByManyAtOnceStillWorksAfterwards()
    {
        Task[] busy = [.. Enumerable.Range(0, 4).Select(number => Task.Run(async () =>
        {
            await using ProtocolClient client = await _broker.ConnectAsync();
            for (int round = 0; round < 60; round++)
            {
                if (number % 2 == 0) await client.TryCreateTopicAsync(Talk.NewTopic("t", partitions: 6));
                else await client.DeleteTopicAsync("t");
            }
        }))];
        await Task.WhenAll(busy);
        ErrorCode error = await _client.TryCreateTopicAsync(Talk.NewTopic("t", partitions: 6));
        Assert.True(error is ErrorCode.None or ErrorCode.TopicAlreadyExists, $"{error}");
        for (int partition = 0; partition < 6; partition++) await _client.ProduceAsync("t", partition, Batches.Of("x"));
    }

    [Fact]
    public async Task PartitionsAreAdded()
    {
        await _client.ProduceAsync("taken", 0, Batches.Of("kept"));
        Assert.Equal(ErrorCode.None, await ExtendAsync("taken", 5));
        Assert.Equal(5, await PartitionsAsync("taken"));
        Assert.Equal(0, await _client.ProduceAsync("taken", 4, Batches.Of("x")));
        Assert.Equal(1, await _client.ProduceAsync("taken", 0, Batches.Of("x")));
    }

    [Fact]
    public async Task PartitionsThatCannotBeAreRefused()
    {
        Assert.Equal(ErrorCode.InvalidPartitions, await ExtendAsync("taken", 2));
        Assert.Equal(ErrorCode.InvalidPartitions, await ExtendAsync("taken", 1));
        Assert.Equal(ErrorCode.InvalidPartitions, await ExtendAsync("taken", -1));
        Assert.Equal(ErrorCode.InvalidPartitions, await ExtendAsync("taken", int.MaxValue));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, await ExtendAsync("nowhere", 3));
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await ExtendAsync("taken", 4, [1]));
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, await ExtendAsync("taken", 3, [2]));
        Assert.Equal(ErrorCode.None, await ExtendAsync("taken", 3, [1], validateOnly: true));
        Assert.Equal(2, await PartitionsAsync("taken"));
    }

    [Theory]
    [InlineData("taken", 0, 2, ErrorCode.None, 2)]
    [InlineData("taken", 0, -1, ErrorCode.None, 4)]
    [InlineData("taken", 0, 4, ErrorCode.None, 4)]
    [InlineData("taken", 0, 0, ErrorCode.None, 0)]
    [InlineData("taken", 0, 5, ErrorCode.OffsetOutOfRange, -1)]
    [InlineData("taken", 0, -2, ErrorCode.OffsetOutOfRange, -1)]
    [InlineData("taken", 2, 0, ErrorCode.UnknownTopicOrPartition, -1)]
    [InlineData("nowhere", 0, 0, ErrorCode.UnknownTopicOrPartition, -1)]
    public async Task RecordsAreDeletedUpToAnOffset(string topic, int partition, long offset, ErrorCode error, long low)
    {
        for (int count = 0; count < 4; count++) await _client.ProduceAsync("taken", 0, Batches.Of($"{count}"));
        DeleteRecordsResponse response = await _client.SendAsync(
            new DeleteRecordsRequest
            {
                Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition, Offset = offset }] }],
            },
            version: 1);
        DeleteRecordsResponse.Partition result = response.Topics[0].Partitions[0];
        Assert.Equal((error, low), (result.ErrorCode, result.LowWatermark));
        if (error != ErrorCode.None) return;
        KafkaProtocol.Fetch.FetchResponse fetched = await _client.SendAsync(Talk.Fetch("taken", (0, low)), Talk.FetchVersion);
        Assert.Equal(low, fetched.Only().LogStartOffset);
    }

    private static CreateTopicsRequest.Topic Bad(string what)
    {
        CreateTopicsRequest.Topic topic = Talk.NewTopic("t");
        return what switch
        {
            "a name that is taken" => topic with { Name = "taken" },
            "an empty name" => topic with { Name = "" },
            "a name with a slash" => topic with { Name = "a/b" },
            "a name of 250 characters" => topic with { Name = new string('x', 250) },
            "a name of smileys" => topic with { Name = string.Concat(Enumerable.Repeat("😀", 200)) },
            "no partitions" => topic with { NumPartitions = 0 },
            "fewer than no partitions" => topic with { NumPartitions = -2 },
            "two billion partitions" => topic with { NumPartitions = int.MaxValue },
            "two replicas" => topic with { ReplicationFactor = 2 },
            "no replicas" => topic with { ReplicationFactor = 0 },
            "a setting that there is not" => Talk.NewTopic("t", 1, ("no.such.setting", "1")),
            "a setting with a wrong value" => Talk.NewTopic("t", 1, ("segment.bytes", "many")),
            "a setting with a value of 32,000 characters" => Talk.NewTopic("t", 1, ("segment.bytes", new string('x', 32_700))),
            "replicas on another broker" => Assigned(new() { PartitionIndex = 0, BrokerIds = [9] }),
            "replicas with a gap" => Assigned(new() { PartitionIndex = 1, BrokerIds = [1] }),
            "replicas and their number" => Assigned(new() { PartitionIndex = 0, BrokerIds = [1] }) with { NumPartitions = 1 },
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "There is no such case."),
        };
    }

    private static CreateTopicsRequest.Topic Assigned(CreateTopicsRequest.Assignment assignment) =>
        Talk.NewTopic("t") with { NumPartitions = -1, ReplicationFactor = -1, Assignments = [assignment] };

    private async Task<ErrorCode> ExtendAsync(string topic, int count, int[]? brokers = null, bool validateOnly = false)
    {
        CreatePartitionsResponse response = await _client.SendAsync(
            new CreatePartitionsRequest
            {
                Topics = [new() { Name = topic, Count = count, Assignments = brokers is null ? null : [new() { BrokerIds = brokers }] }],
                ValidateOnly = validateOnly,
            },
            version: 1);
        return Assert.Single(response.Topics).ErrorCode;
    }

    private async Task<int> PartitionsAsync(string topic)
    {
        MetadataResponse response = await _client.SendAsync(
            new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false }, version: 8);
        return Assert.Single(response.Topics).Partitions.Length;
    }

    private async Task<string[]> NamesAsync() =>
        [.. (await _client.SendAsync(new MetadataRequest(), version: 8)).Topics.Select(topic => topic.Name)];
}
