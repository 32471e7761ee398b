using LogStore.Broker;

namespace LogStore.Client.Tests.Support;

/// <summary>
/// A broker in this process on a free loopback port with a directory of its own, both gone when it is disposed.
/// </summary>
internal sealed class RealBroker : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private BrokerServer _server = null!;

    public BrokerServer Server => _server;

    public string Address => $"127.0.0.1:{_server.Listeners[0].Port}";

    public ClientOptions Options => new() { BootstrapServers = Address };

    public ProducerOptions ProducerOptions => new() { BootstrapServers = Address };

    public ConsumerOptions ConsumerOptions => new()
    {
        BootstrapServers = Address,
        AutoOffsetReset = AutoOffsetReset.Earliest,
    };

    public static async Task<RealBroker> StartAsync(Func<BrokerOptions, BrokerOptions>? configure = null)
    {
        var broker = new RealBroker();
        BrokerOptions options = new()
        {
            Directory = broker._directory.Path,
            Listeners = [new ListenerOptions(SecurityProtocol.Plaintext, "127.0.0.1", 0)],
            Groups = new GroupOptions { InitialRebalanceDelay = TimeSpan.Zero },
        };
        broker._server = await BrokerServer.StartAsync(configure?.Invoke(options) ?? options);
        return broker;
    }

    public async Task CreateTopicAsync(string name, int partitions)
    {
        await using var admin = new AdminClient(Options);
        await admin.CreateTopicAsync(new NewTopic(name, partitions, 1));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }
}
