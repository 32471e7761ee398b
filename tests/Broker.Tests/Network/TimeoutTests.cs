using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Wire;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Network;

/// <summary>Connections that do nothing, or stop in the middle of something, are closed in time and not before.</summary>
public sealed class TimeoutTests : IAsyncLifetime
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly ManualClock _clock = new();
    private TestBroker _broker = null!;
    private ProtocolClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(options => options with
        {
            TimeProvider = _clock,
            StallTimeout = Stall,
            MaxIdle = Idle,
            StopTimeout = TimeSpan.Zero,
        });
        _client = await _broker.ConnectAsync();
        await _client.SendAsync(new ApiVersionsRequest(), version: 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task AnIdleConnectionIsClosedWhenItsTimeIsUp()
    {
        Pass(Idle - Stall);
        await _client.SendAsync(new ApiVersionsRequest(), version: 0);
        Pass(Idle - Stall);
        await _client.SendAsync(new ApiVersionsRequest(), version: 0);
        Pass(Idle + Stall);
        await _client.AssertClosedAsync();
        await Poll.UntilAsync("the connection is gone", () => _broker.Server.ConnectionCount == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public async Task ARequestThatStopsComingClosesItsConnection(int bytes)
    {
        // Nothing but the stall can close it.
        await using TestBroker broker = await TestBroker.StartAsync(options => options with
        {
            TimeProvider = _clock,
            StallTimeout = Stall,
            MaxIdle = TimeSpan.FromDays(24),
        });
        await using ProtocolClient client = await broker.ConnectAsync();
        await using ProtocolClient other = await broker.ConnectAsync();
        await other.SendAsync(new ApiVersionsRequest(), version: 0);
        await client.Stream.WriteAsync(Request().AsMemory(0, bytes));
        await Poll.UntilAsync(
            "the connection is gone",
            () =>
            {
                Pass(Stall);
                return broker.Server.ConnectionCount == 1;
            });
        await client.AssertClosedAsync();
        Assert.Equal(ErrorCode.None, (await other.SendAsync(new ApiVersionsRequest(), version: 0)).ErrorCode);
    }

    [Fact]
    public async Task AFetchThatWaitsLongerThanAnIdleConnectionMayIsNotClosed()
    {
        await _client.CreateTopicAsync("t");
        FetchRequest request = Talk.Fetch("t", (0, 0));
        request.MaxWaitMs = int.MaxValue;
        int number = await _client.WriteAsync(request, Talk.FetchVersion);
        await _clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(int.MaxValue));
        Pass(Idle * 3);
        await using ProtocolClient producer = await _broker.ConnectAsync();
        await producer.ProduceAsync("t", 0, Batches.Of("x"));
        FetchResponse response = await _client.ReadAsync<FetchResponse>(Talk.FetchVersion, number);
        Assert.Equal(["x"], response.Only().Values());
        Assert.Equal(ErrorCode.None, (await _client.SendAsync(new ApiVersionsRequest(), version: 0)).ErrorCode);
    }

    [Fact]
    public async Task AnAnswerThatNobodyTakesClosesItsConnection()
    {
        // Nothing but the stall can close it.
        await using TestBroker broker = await TestBroker.StartAsync(options => options with
        {
            TimeProvider = _clock,
            StallTimeout = Stall,
            MaxIdle = TimeSpan.FromDays(24),
        });
        await using ProtocolClient other = await broker.ConnectAsync();
        await other.CreateTopicAsync("t", 1, ("max.message.bytes", "10000000"));
        RecordBatch batch = Batches.Of(
            new RecordBatchBuilderOptions { MaxBytes = 10_000_000 }, new string('x', 8_000_000));
        await other.ProduceAsync("t", 0, batch);
        FetchRequest request = Talk.Fetch("t", (0, 0));
        await using ProtocolClient lazy = await broker.ConnectAsync();
        // More than the sockets' buffers take.
        for (int count = 0; count < 4; count++) await lazy.WriteAsync(request, Talk.FetchVersion);
        await Poll.UntilAsync("the connection is there", () => broker.Server.ConnectionCount == 2);
        await Poll.UntilAsync(
            "the connection is gone",
            () =>
            {
                Pass(Stall);
                return broker.Server.ConnectionCount == 1;
            });
        Assert.Equal(ErrorCode.None, (await other.SendAsync(new ApiVersionsRequest(), version: 0)).ErrorCode);
    }

    private static byte[] Request()
    {
        using FrameBuffer buffer = new();
        KafkaProtocol.Requests.Write(buffer, new MetadataRequest(), version: 4, correlationId: 5, "slow");
        return buffer.ToArray();
    }

    /// <summary>Moves the clock in the steps in which the broker looks at its connections.</summary>
    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += Stall / 4) _clock.Advance(Stall / 4);
    }
}
