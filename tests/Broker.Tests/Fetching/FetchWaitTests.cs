using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Fetching;

/// <summary>Fetches that wait: for what, for how long, and what ends it.</summary>
public sealed class FetchWaitTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(7);
    private static readonly RecordBatch Batch = Batches.Of(new string('x', 1000));

    private readonly ManualClock _clock = new();
    private TestBroker _broker = null!;
    private ProtocolClient _consumer = null!;
    private ProtocolClient _producer = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(options => options with { TimeProvider = _clock });
        _consumer = await _broker.ConnectAsync();
        _producer = await _broker.ConnectAsync();
        await _producer.CreateTopicAsync("t", partitions: 3);
    }

    public async ValueTask DisposeAsync()
    {
        await _producer.DisposeAsync();
        await _consumer.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task AFetchIsAnsweredEmptyWhenItsTimeIsUp()
    {
        int number = await BeginAsync(Waiting(minBytes: 1, (0, 0)));
        _clock.Advance(Patience);
        FetchResponse.Partition result = (await EndAsync(number)).Only();
        Assert.Equal((ErrorCode.None, 0), (result.ErrorCode, result.Records.Length));
    }

    [Fact]
    public async Task AFetchOfNothingIsAnsweredAtOnce()
    {
        // So Java's consumer ends its session when it is closed; nothing can come that would be worth the wait it names.
        FetchRequest begin = Waiting(minBytes: 0, (0, 0));
        begin.SessionEpoch = 0;
        FetchRequest end = Waiting(minBytes: 1);
        end.SessionId = (await _consumer.SendAsync(begin, Talk.FetchVersion)).SessionId;
        Assert.NotEqual(0, end.SessionId);
        Assert.Empty((await _consumer.SendAsync(end, Talk.FetchVersion)).Partitions());
    }

    [Fact]
    public async Task AFetchThatWantsMoreThanThereIsGetsWhatThereIsWhenItsTimeIsUp()
    {
        await _producer.ProduceAsync("t", 0, Batch);
        int number = await BeginAsync(Waiting(minBytes: 100_000, (0, 0)));
        _clock.Advance(Patience);
        Assert.Single((await EndAsync(number)).Only().Values());
    }

    [Fact]
    public async Task WhatThereIsIsNotLostToALimitThatIsNearlyReached()
    {
        // Looking again must not count the records of the first look against the limit.
        await _producer.ProduceAsync("t", 0, Batch);
        FetchRequest request = Waiting(minBytes: Batch.SizeInBytes + 1, (0, 0));
        request.MaxBytes = Batch.SizeInBytes + 10;
        int number = await BeginAsync(request);
        _clock.Advance(Patience);
        Assert.Single((await EndAsync(number)).Only().Values());
    }

    [Fact]
    public async Task AFetchWaitsUntilThereIsAsMuchAsItWants()
    {
        int number = await BeginAsync(Waiting(minBytes: (2 * Batch.SizeInBytes) + 1, (0, 0)));
        await _producer.ProduceAsync("t", 0, Batch);
        await _producer.ProduceAsync("t", 0, Batch);
        await _producer.ProduceAsync("t", 0, Batch);
        Assert.Equal(3, (await EndAsync(number)).Only().Values().Length);
    }

    [Fact]
    public async Task WhatItWantsMayComeFromSeveralPartitions()
    {
        int number = await BeginAsync(Waiting(minBytes: 2 * Batch.SizeInBytes, (0, 0), (1, 0), (2, 0)));
        await _producer.ProduceAsync("t", 2, Batch);
        await _producer.ProduceAsync("t", 0, Batch);
        FetchResponse response = await EndAsync(number);
        Assert.Equal(
            [(0, 1), (1, 0), (2, 1)],
            response.Topics[0].Partitions.Select(each => (each.PartitionIndex, each.Values().Length)).Order());
    }

    [Fact]
    public async Task AFetchThatWantsMoreThanItsLimitIsAnsweredWhenTheLimitIsReached()
    {
        FetchRequest request = Waiting(minBytes: 1_000_000, (0, 0), (1, 0));
        request.MaxBytes = Batch.SizeInBytes;
        int number = await BeginAsync(request);
        await _producer.ProduceAsync("t", 1, Batch);
        Assert.Equal(1, (await EndAsync(number)).Topics[0].Partitions.Sum(each => each.Values().Length));
    }

    [Fact]
    public async Task AnErrorOfOnePartitionIsToldAtOnce()
    {
        FetchRequest request = Waiting(minBytes: 1, (0, 0), (9, 0));
        FetchResponse response = await _consumer.SendAsync(request, Talk.FetchVersion);
        Assert.Equal(
            [(0, ErrorCode.None), (9, ErrorCode.UnknownTopicOrPartition)],
            response.Topics[0].Partitions.Select(each => (each.PartitionIndex, each.ErrorCode)).Order());
    }

    [Fact]
    public async Task AFetchIsAnsweredWhenItsTopicIsDeleted()
    {
        int number = await BeginAsync(Waiting(minBytes: 1, (0, 0)));
        Assert.Equal(ErrorCode.None, await _producer.DeleteTopicAsync("t"));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, (await EndAsync(number)).Only().ErrorCode);
    }

    [Fact]
    public async Task AFetchIsAnsweredWhenTheBrokerStops()
    {
        int number = await BeginAsync(Waiting(minBytes: 1, (0, 0)));
        await _broker.Server.StopAsync();
        Assert.Equal(0, (await EndAsync(number)).Only().Records.Length);
        await _consumer.AssertClosedAsync();
    }

    [Fact]
    public async Task AFetchThatWantsNothingInParticularIsAnsweredAtOnce() =>
        Assert.Equal(0, (await _consumer.SendAsync(Waiting(minBytes: 0, (0, 0)), Talk.FetchVersion)).Only().Records.Length);

    [Fact]
    public async Task AClientThatLeavesEndsItsWait()
    {
        await BeginAsync(Waiting(minBytes: 1, (0, 0)));
        int before = _broker.Server.ConnectionCount;
        await _consumer.DisposeAsync();
        await Poll.UntilAsync("the connection is gone", () => _broker.Server.ConnectionCount == before - 1);
    }

    private static FetchRequest Waiting(int minBytes, params (int Partition, long Offset)[] partitions)
    {
        FetchRequest request = Talk.Fetch("t", partitions);
        request.MinBytes = minBytes;
        request.MaxWaitMs = (int)Patience.TotalMilliseconds;
        return request;
    }

    /// <summary>Sends a fetch and returns once the broker waits with it.</summary>
    private async Task<int> BeginAsync(FetchRequest request)
    {
        int number = await _consumer.WriteAsync(request, Talk.FetchVersion);
        await _clock.WaitForTimerAsync(Patience);
        return number;
    }

    private Task<FetchResponse> EndAsync(int number) => _consumer.ReadAsync<FetchResponse>(Talk.FetchVersion, number);
}
