using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Produce;
using Xunit;

namespace LogStore.Broker.Tests.Cluster;

/// <summary>Brokers start, stop and start again, and refuse to where that would do harm.</summary>
public sealed class BrokerLifeTests
{
    [Fact]
    public async Task ABrokerThatIsStartedAgainIsTheSameOneWithTheSameData()
    {
        using TemporaryDirectory directory = new();
        string cluster;
        await using (TestBroker broker = await TestBroker.StartAsync(options => options with { BrokerId = 5 }, directory))
        await using (ProtocolClient client = await broker.ConnectAsync())
        {
            cluster = broker.Server.ClusterId;
            await client.CreateTopicAsync("t", partitions: 2, ("segment.bytes", "65536"));
            await client.ProduceAsync("t", 1, Batches.Of("a", "b"));
        }

        await using TestBroker again = await TestBroker.StartAsync(directory: directory);
        await using ProtocolClient back = await again.ConnectAsync();
        Assert.Equal((cluster, 5), (again.Server.ClusterId, again.Server.BrokerId));
        Assert.Equal(["a", "b"], (await back.SendAsync(Talk.Fetch("t", (1, 0)), Talk.FetchVersion)).Only().Values());
        Assert.Equal(2, await back.ProduceAsync("t", 1, Batches.Of("c")));
    }

    [Fact]
    public async Task TheNumberOfAnotherBrokerIsRefused()
    {
        using TemporaryDirectory directory = new();
        await using (await TestBroker.StartAsync(options => options with { BrokerId = 5 }, directory))
        {
        }

        InvalidConfigException error = await Assert.ThrowsAsync<InvalidConfigException>(
            () => TestBroker.StartAsync(options => options with { BrokerId = 6 }, directory));
        Assert.Contains("broker.id", error.Message, StringComparison.Ordinal);
        Assert.Contains("belongs to broker 5, not 6", error.Message, StringComparison.Ordinal);
        await using TestBroker right = await TestBroker.StartAsync(options => options with { BrokerId = 5 }, directory);
        Assert.Equal(5, right.Server.BrokerId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("broker.id=1\n")]
    [InlineData("broker.id=one\ncluster.id=x\n")]
    [InlineData("cluster.id=x\n")]
    public async Task ADamagedIdentityIsNotReplaced(string content)
    {
        using TemporaryDirectory directory = new();
        await File.WriteAllTextAsync(directory["meta.properties"], content);
        await Assert.ThrowsAsync<CorruptLogException>(() => TestBroker.StartAsync(directory: directory));
        Assert.Equal(content, await File.ReadAllTextAsync(directory["meta.properties"]));
    }

    [Fact]
    public async Task TwoBrokersOnOneDirectoryAreRefusedAndTheFirstGoesOn()
    {
        using TemporaryDirectory directory = new();
        await using TestBroker first = await TestBroker.StartAsync(directory: directory);
        await Assert.ThrowsAsync<DirectoryInUseException>(() => TestBroker.StartAsync(directory: directory));
        await using ProtocolClient client = await first.ConnectAsync();
        await client.CreateTopicAsync("t");
        Assert.Equal(0, await client.ProduceAsync("t", 0, Batches.Of("x")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    [InlineData("kafka.example")]
    public async Task PlaintextForOtherMachinesIsRefused(string host)
    {
        ListenerException error = await Assert.ThrowsAsync<ListenerException>(() => TestBroker.StartAsync(
            options => options with { Listeners = [new ListenerOptions(SecurityProtocol.Plaintext, host, 0)] }));
        Assert.Contains("allow.insecure.listeners", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.3.2.1")]
    public async Task PlaintextForThisMachineIsNot(string host)
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            options => options with { Listeners = [new ListenerOptions(SecurityProtocol.Plaintext, host, 0)] });
        Assert.NotEqual(0, broker.Port);
    }

    [Fact]
    public async Task AnAddressThatIsTakenIsRefusedAndTheDirectoryLetGo()
    {
        await using TestBroker first = await TestBroker.StartAsync();
        using TemporaryDirectory directory = new();
        await Assert.ThrowsAsync<ListenerException>(() => TestBroker.StartAsync(
            options => options with
            {
                Listeners = [new ListenerOptions(SecurityProtocol.Plaintext, "127.0.0.1", first.Port)],
            },
            directory));
        await using TestBroker second = await TestBroker.StartAsync(directory: directory);
        Assert.NotEqual(first.Port, second.Port);
    }

    [Fact]
    public async Task AStopAnswersTheAppendsThatAreUnderWay()
    {
        using TemporaryDirectory directory = new();
        TestBroker broker = await TestBroker.StartAsync(directory: directory);
        ProtocolClient[] clients = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => broker.ConnectAsync()))];
        await clients[0].CreateTopicAsync("t", partitions: clients.Length);
        Task<long>[] producing = [.. clients.Select((client, partition) => ProduceUntilClosedAsync(client, partition))];
        Assert.True(broker.Server.ConnectionCount == clients.Length);
        await broker.Server.StopAsync();
        long[] acknowledged = await Task.WhenAll(producing);
        foreach (ProtocolClient client in clients) await client.DisposeAsync();
        await broker.DisposeAsync();

        await using TestBroker again = await TestBroker.StartAsync(directory: directory);
        await using ProtocolClient reader = await again.ConnectAsync();
        for (int partition = 0; partition < clients.Length; partition++)
        {
            FetchResponse.Partition result =
                (await reader.SendAsync(Talk.Fetch("t", (partition, 0)), Talk.FetchVersion)).Only();
            Assert.True(result.HighWatermark >= acknowledged[partition], $"{partition}: {result.HighWatermark} of {acknowledged[partition]}");
        }
    }

    [Fact]
    public async Task AStoppedBrokerTakesNoConnections()
    {
        TestBroker broker = await TestBroker.StartAsync();
        await broker.Server.StopAsync();
        Assert.Equal(BrokerState.Stopped, broker.Server.State);
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(broker.ConnectAsync);
        Assert.Throws<InvalidOperationException>(() => broker.Server.Connect());
        await broker.DisposeAsync();
    }

    private static async Task<long> ProduceUntilClosedAsync(ProtocolClient client, int partition)
    {
        ReadOnlyMemory<byte> batch = Batches.Of("x").Bytes;
        long acknowledged = 0;
        try
        {
            while (true)
            {
                ProduceResponse response = await client.SendAsync(Batches.Produce("t", partition, batch), Talk.ProduceVersion);
                Assert.Equal(ErrorCode.None, response.Topics[0].Partitions[0].ErrorCode);
                acknowledged++;
            }
        }
        catch (IOException)
        {
            return acknowledged;
        }
    }
}
