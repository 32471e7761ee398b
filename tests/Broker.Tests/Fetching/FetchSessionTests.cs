using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Topics;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Fetching;

/// <summary>Fetch sessions (KIP-227): what is asked is remembered, and only what has changed is answered.</summary>
public sealed class FetchSessionTests : IAsyncLifetime
{
    private static readonly RecordBatch Batch = Batches.Of(new string('x', 1000));

    private readonly ManualClock _clock = new();
    private TestBroker _broker = null!;
    private ProtocolClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(options => options with { TimeProvider = _clock, MaxFetchSessions = 2 });
        _client = await _broker.ConnectAsync();
        await _client.CreateTopicAsync("t", partitions: 3);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task ANewSessionAnswersAllPartitionsAndTheNextAnswersOnlyThoseThatChanged()
    {
        int session = await OpenAsync((0, 0), (1, 0), (2, 0));
        await _client.ProduceAsync("t", 1, Batch);
        FetchResponse response = await NextAsync(session, 1);
        Assert.Equal([1], response.Partitions());
        Assert.Single(response.Only().Values());
        Assert.Equal([1], (await NextAsync(session, 2)).Partitions()); // Its client has not moved on: it may have missed it.
        Assert.Empty((await NextAsync(session, 3, (1, 1))).Partitions());
        await _client.ProduceAsync("t", 1, Batch);
        await _client.ProduceAsync("t", 2, Batch);
        Assert.Equal([1, 2], (await NextAsync(session, 4)).Partitions().Order());
    }

    [Fact]
    public async Task ALogThatBeginsElsewhereHasChanged()
    {
        await _client.ProduceAsync("t", 0, Batch);
        int session = await OpenAsync((0, 1), (1, 0));
        Assert.Empty((await NextAsync(session, 1)).Partitions());
        await _client.SendAsync(
            new DeleteRecordsRequest
            {
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Offset = 1 }] }],
            },
            version: 1);
        await _client.ProduceAsync("t", 0, Batch);
        Assert.Equal(1, (await NextAsync(session, 2)).Only().LogStartOffset);
    }

    [Fact]
    public async Task PartitionsAreAddedAndForgotten()
    {
        int session = await OpenAsync((0, 0));
        Assert.Equal([1], (await NextAsync(session, 1, (1, 0))).Partitions());
        FetchRequest forgetting = Request(session, 2);
        forgetting.ForgottenTopics = [new() { Name = "t", PartitionIndexes = [0, 7] }, new() { Name = "?", PartitionIndexes = [0] }];
        Assert.Empty((await _client.SendAsync(forgetting, Talk.FetchVersion)).Partitions());
        for (int partition = 0; partition < 3; partition++) await _client.ProduceAsync("t", partition, Batch);
        Assert.Equal([1], (await NextAsync(session, 3)).Partitions());
    }

    [Fact]
    public async Task APartitionThatIsForgottenAndNamedAgainIsAnsweredFromTheNewOffset()
    {
        await _client.ProduceAsync("t", 0, Batches.Of("a"));
        await _client.ProduceAsync("t", 0, Batches.Of("b"));
        int session = await OpenAsync((0, 0));
        FetchRequest request = Request(session, 1, (0, 1));
        request.ForgottenTopics = [new() { Name = "t", PartitionIndexes = [0] }];
        Assert.Equal(["b"], (await _client.SendAsync(request, Talk.FetchVersion)).Only().Values());
    }

    [Fact]
    public async Task AWrongEpochIsRefusedAndTheRightOneStillGoes()
    {
        int session = await OpenAsync((0, 0));
        Assert.Equal(ErrorCode.InvalidFetchSessionEpoch, (await NextAsync(session, 2)).ErrorCode);
        Assert.Equal(ErrorCode.None, (await NextAsync(session, 1)).ErrorCode);
        Assert.Equal(ErrorCode.InvalidFetchSessionEpoch, (await NextAsync(session, 1)).ErrorCode);
    }

    [Fact]
    public async Task AnUnknownSessionIsNotFound()
    {
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, (await NextAsync(12345, 1)).ErrorCode);
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, (await NextAsync(0, 1)).ErrorCode);
    }

    [Fact]
    public async Task ASessionIsClosedByAFullFetch()
    {
        int session = await OpenAsync((0, 0));
        FetchResponse response = await NextAsync(session, -1, (0, 0));
        Assert.Equal((ErrorCode.None, 0), (response.ErrorCode, response.SessionId));
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, (await NextAsync(session, 1)).ErrorCode);
    }

    [Fact]
    public async Task ASessionIsReplacedByANewOne()
    {
        int session = await OpenAsync((0, 0));
        FetchResponse response = await NextAsync(session, 0, (1, 0));
        Assert.NotEqual(session, response.SessionId);
        Assert.Equal([1], response.Partitions());
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, (await NextAsync(session, 1)).ErrorCode);
        Assert.Empty((await NextAsync(response.SessionId, 1)).Partitions());
    }

    [Fact]
    public async Task WhenAllPlacesAreTakenANewClientIsServedWithoutASession()
    {
        await OpenAsync((0, 0));
        await OpenAsync((0, 0));
        FetchResponse response = await _client.SendAsync(Request(0, 0, (0, 0)), Talk.FetchVersion);
        Assert.Equal(0, response.SessionId);
        Assert.Equal([0], response.Partitions());
    }

    [Fact]
    public async Task ASessionThatWasNotUsedForLongGivesItsPlaceUp()
    {
        int forsaken = await OpenAsync((0, 0));
        int used = await OpenAsync((0, 0));
        _clock.Advance(TimeSpan.FromMinutes(3));
        await NextAsync(used, 1);
        int fresh = await OpenAsync((0, 0));
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, (await NextAsync(forsaken, 1)).ErrorCode);
        Assert.Equal(ErrorCode.None, (await NextAsync(used, 2)).ErrorCode);
        Assert.Equal(ErrorCode.None, (await NextAsync(fresh, 1)).ErrorCode);
    }

    [Fact]
    public async Task ABusyPartitionDoesNotStarveTheOthers()
    {
        for (int count = 0; count < 10; count++)
        {
            for (int partition = 0; partition < 3; partition++) await _client.ProduceAsync("t", partition, Batch);
        }

        FetchRequest request = Request(0, 0, (0, 0), (1, 0), (2, 0));
        request.MaxBytes = Batch.SizeInBytes;
        FetchResponse response = await _client.SendAsync(request, Talk.FetchVersion);
        Dictionary<int, long> next = new() { [0] = 0, [1] = 0, [2] = 0 };
        for (int epoch = 1; epoch <= 9; epoch++)
        {
            var served = Assert.Single(
                response.Topics.SelectMany(topic => topic.Partitions), partition => partition.Records.Length > 0);
            next[served.PartitionIndex]++;
            request = Request(response.SessionId, epoch, (served.PartitionIndex, next[served.PartitionIndex]));
            request.MaxBytes = Batch.SizeInBytes;
            response = await _client.SendAsync(request, Talk.FetchVersion);
        }

        Assert.Equal([3L, 3L, 3L], next.Values);
    }

    [Fact]
    public async Task ABatchThatDidNotFitIsServedNextThoughNothingIsAppended()
    {
        await _client.ProduceAsync("t", 0, Batch);
        await _client.ProduceAsync("t", 1, Batch);
        FetchRequest request = Request(0, 0, (0, 0), (1, 0));
        request.MaxBytes = Batch.SizeInBytes + 500;
        FetchResponse response = await _client.SendAsync(request, Talk.FetchVersion);
        request = Request(response.SessionId, 1, (0, 1));
        request.MaxBytes = Batch.SizeInBytes + 500;
        response = await _client.SendAsync(request, Talk.FetchVersion);
        Assert.Equal((1, Batch.SizeInBytes), (response.Only().PartitionIndex, response.Only().Records.Length));
    }

    [Fact]
    public async Task AWaitingSessionIsWokenByAnyOfItsPartitions()
    {
        int session = await OpenAsync((0, 0), (1, 0), (2, 0));
        await using ProtocolClient producer = await _broker.ConnectAsync();
        for (int epoch = 1; epoch <= 6; epoch++)
        {
            int partition = epoch % 3;
            FetchRequest request = epoch == 1
                ? Request(session, 1)
                : Request(session, epoch, ((epoch - 1) % 3, ((epoch - 2) / 3) + 1));
            request.MaxWaitMs = 600_000;
            int number = await _client.WriteAsync(request, Talk.FetchVersion);
            await _clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(600_000));
            await producer.ProduceAsync("t", partition, Batch);
            FetchResponse response = await _client.ReadAsync<FetchResponse>(Talk.FetchVersion, number);
            Assert.Equal([partition], response.Partitions());
        }
    }

    [Fact]
    public async Task ASessionFollowsATopicThatIsDeletedAndMadeAgain()
    {
        int session = await OpenAsync((0, 0));
        await _client.DeleteTopicAsync("t");
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, (await NextAsync(session, 1)).Only().ErrorCode);
        await _client.CreateTopicAsync("t");
        await NextAsync(session, 2);
        await _client.ProduceAsync("t", 0, Batches.Of("again"));
        Assert.Equal(["again"], (await NextAsync(session, 3)).Only().Values());
    }

    private static FetchRequest Request(int session, int epoch, params (int Partition, long Offset)[] partitions)
    {
        FetchRequest request = Talk.Fetch("t", partitions);
        if (partitions.Length == 0) request.Topics = [];
        request.SessionId = session;
        request.SessionEpoch = epoch;
        return request;
    }

    private async Task<int> OpenAsync(params (int Partition, long Offset)[] partitions)
    {
        FetchResponse response = await NextAsync(0, 0, partitions);
        Assert.NotEqual(0, response.SessionId);
        Assert.Equal(partitions.Length, response.Partitions().Count);
        return response.SessionId;
    }

    private Task<FetchResponse> NextAsync(int session, int epoch, params (int Partition, long Offset)[] partitions) =>
        _client.SendAsync(Request(session, epoch, partitions), Talk.FetchVersion);
}
