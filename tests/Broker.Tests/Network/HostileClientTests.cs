using System.Net.Sockets;
using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Topics;
using LogStore.KafkaProtocol.Wire;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Network;

/// <summary>Clients that send nonsense, send nothing or take nothing: they harm themselves only.</summary>
/// <remarks>What they cost in memory is measured in tests/Clients.Tests, on a process of its own.</remarks>
public sealed class HostileClientTests
{
    [Fact]
    public async Task RandomRequestsHarmNobodyElse()
    {
        Random seeds = SeededRandom.Create();
        using ErrorCollector log = new();
        using TemporaryDirectory directory = new(inMemory: true);
        await using TestBroker broker = await TestBroker.StartAsync(directory: directory, logging: log);
        HealthyClient healthy = new(broker, "healthy");
        await healthy.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => seeds.Next()).ToArray().Select(seed => Task.Run(async () =>
        {
            Random random = new(seed);
            for (int count = 0; count < 300; count++) await MisbehaveAsync(broker.Port, random, healthy);
        })));
        await healthy.StopAsync();
        Assert.Empty(log.Errors);
        await Poll.UntilAsync("the other connections are gone", () => broker.Server.ConnectionCount == 0);
    }

    [Fact]
    public async Task ThousandsOfIdleAndHalfOpenConnectionsHarmNobodyElse()
    {
        const int count = 2000;
        await using TestBroker broker = await TestBroker.StartAsync();
        HealthyClient healthy = new(broker, "healthy");
        await healthy.StartAsync();
        List<Socket> sockets = [];
        for (int index = 0; index < count; index++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            await socket.ConnectAsync("127.0.0.1", broker.Port);
            if (index % 3 == 1) await socket.SendAsync(new byte[] { 0, 0, 1 });
        }

        await Poll.UntilAsync("all connections are there", () => broker.Server.ConnectionCount == count + 1);
        await healthy.NextRoundAsync();
        foreach (Socket socket in sockets) socket.Dispose();
        await Poll.UntilAsync("the other connections are gone", () => broker.Server.ConnectionCount == 1);
        await healthy.StopAsync();
    }

    [Fact]
    public async Task ConnectionsAboveTheLimitAreClosedAsTheyCome()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { MaxConnections = 2 });
        await using ProtocolClient first = await broker.ConnectAsync();
        await first.SendAsync(new ApiVersionsRequest(), version: 0);
        ProtocolClient second = await broker.ConnectAsync();
        await second.SendAsync(new ApiVersionsRequest(), version: 0);
        await using (ProtocolClient third = await broker.ConnectAsync()) await third.AssertClosedAsync();
        await second.DisposeAsync();
        await Poll.UntilAsync("the second connection is gone", () => broker.Server.ConnectionCount == 1);
        await using ProtocolClient fourth = await broker.ConnectAsync();
        Assert.Equal(ErrorCode.None, (await fourth.SendAsync(new ApiVersionsRequest(), version: 0)).ErrorCode);
    }

    [Fact]
    public async Task ReadersThatNeverReadHarmNobodyElseAndDoNotHoldUpAStop()
    {
        TestBroker broker = await TestBroker.StartAsync(
            options => options with { StopTimeout = TimeSpan.FromMilliseconds(200) });
        HealthyClient healthy = new(broker, "healthy");
        await healthy.StartAsync();
        List<ProtocolClient> lazy = [];
        await using (ProtocolClient producer = await broker.ConnectAsync())
        {
            await producer.CreateTopicAsync("large", 1, ("max.message.bytes", "10000000"));
            RecordBatch batch = Batches.Of(
                new RecordBatchBuilderOptions { MaxBytes = 10_000_000 }, new string('x', 8_000_000));
            await producer.ProduceAsync("large", 0, batch);
        }

        for (int count = 0; count < 20; count++)
        {
            ProtocolClient client = await broker.ConnectAsync();
            lazy.Add(client);
            for (int each = 0; each < 8; each++) await client.WriteAsync(Talk.Fetch("large", (0, 0)), Talk.FetchVersion);
        }

        for (int round = 0; round < 20; round++) await healthy.NextRoundAsync();
        await healthy.StopAsync();
        await broker.DisposeAsync();
        Assert.Equal(BrokerState.Stopped, broker.Server.State);
        foreach (ProtocolClient client in lazy) await client.DisposeAsync();
    }

    [Fact]
    public async Task AnswersThatNobodyTakesGiveWayToOthers()
    {
        const int count = 30;
        const int fitting = 4; // A quarter of the memory for requests, and more than 32 KiB each.
        await using TestBroker broker = await TestBroker.StartAsync(
            options => options with { MaxQueuedRequestBytes = 1024 * 1024 });
        await using ProtocolClient client = await broker.ConnectAsync();
        for (int topic = 0; topic < 100; topic++) await client.CreateTopicAsync($"topic-{topic}");
        DescribeConfigsRequest request = new()
        {
            Resources =
            [
                .. Enumerable.Range(0, 100).Select(topic => new DescribeConfigsRequest.Resource
                {
                    ResourceType = ConfigResourceType.Topic,
                    ResourceName = $"topic-{topic}",
                }),
            ],
        };
        using FrameBuffer requests = new();
        for (int number = 0; number < 300; number++)
            KafkaProtocol.Requests.Write(requests, request, version: 2, number, "lazy"); // More than the sockets' buffers take.
        byte[] bytes = requests.ToArray();
        List<Task> sending = [];
        List<ProtocolClient> lazy = [];
        for (int each = 0; each < count; each++)
        {
            lazy.Add(await broker.ConnectAsync());
            sending.Add(lazy[^1].Stream.WriteAsync(bytes).AsTask());
        }

        await Poll.UntilAsync("those that fit are left", () => broker.Server.ConnectionCount <= 1 + fitting);
        DescribeConfigsResponse response = await client.SendAsync(request, version: 2);
        Assert.Equal(100, response.Resources.Length);
        foreach (ProtocolClient each in lazy) await each.DisposeAsync();
        await Task.WhenAll(sending).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task ARequestOfManyBytesThatAreNoRecordsIsRefused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.WriteAsync(
            Talk.Fetch("t", [.. Enumerable.Range(0, 100_000).Select(partition => (partition, 0L))]), Talk.FetchVersion);
        await client.AssertClosedAsync();
    }

    [Fact]
    public async Task ARequestLargerThanTheMemoryForRequestsIsLetThroughWhenNothingElseIs()
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            options => options with { MaxQueuedRequestBytes = 1024 * 1024 });
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("large", 1, ("max.message.bytes", "10000000"));
        RecordBatch batch = Batches.Of(new RecordBatchBuilderOptions { MaxBytes = 10_000_000 }, new string('x', 5_000_000));
        Assert.Equal(0, await client.ProduceAsync("large", 0, batch));
    }

    [Fact]
    public async Task MoreThanTheMemoryForRequestsWaitsInLineAndIsAnswered()
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            options => options with { MaxQueuedRequestBytes = 2 * 1024 * 1024 });
        ProtocolClient[] clients = [.. await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => broker.ConnectAsync()))];
        await clients[0].CreateTopicAsync("large", partitions: clients.Length, ("max.message.bytes", "10000000"));
        RecordBatch batch = Batches.Of(new RecordBatchBuilderOptions { MaxBytes = 10_000_000 }, new string('x', 900_000));
        await Task.WhenAll(clients.Select(async (client, partition) =>
        {
            for (int count = 0; count < 5; count++) Assert.Equal(count, await client.ProduceAsync("large", partition, batch));
        }));
        foreach (ProtocolClient client in clients) await client.DisposeAsync();
    }

    /// <summary>One connection that sends a few frames and leaves in one way or another.</summary>
    private static async Task MisbehaveAsync(int port, Random random, HealthyClient healthy)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        try
        {
            for (int count = random.Next(1, 4); count > 0; count--)
            {
                byte[] frame = RandomRequests.Next(random);
                if (random.Next(20) > 0) await socket.SendAsync(frame);
                else foreach (byte each in frame.AsMemory(0, Math.Min(frame.Length, 100)).ToArray()) await socket.SendAsync(new[] { each });
            }

            switch (random.Next(4))
            {
                case 0: socket.LingerState = new LingerOption(true, 0); break; // Leaves by a reset.
                case 1: socket.Shutdown(SocketShutdown.Send); break;
            }

            if (random.Next(3) == 0) return;
            Task<int> answer = socket.ReceiveAsync(new byte[1000]);
            Task round = healthy.NextRoundAsync();
            if (await Task.WhenAny(answer, round) == round) await round;
        }
        catch (SocketException)
        {
            // The broker has closed already, as well it may.
        }
    }
}
