using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogStore.Broker.Tests;

/// <summary>A broker on a free loopback port with a directory of its own, both gone when it is disposed.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly bool _ownsDirectory;

    private TestBroker(BrokerServer server, TemporaryDirectory directory, bool ownsDirectory)
    {
        Server = server;
        _directory = directory;
        _ownsDirectory = ownsDirectory;
    }

    public BrokerServer Server { get; }

    public int Port => Server.Listeners[0].Port;

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Starts a broker.</summary>
    /// <param name="configure">Changes the options that tests have in common.</param>
    /// <param name="directory">A directory that outlives the broker; null for one of its own.</param>
    /// <param name="logging">Takes what the broker logs.</param>
    public static async Task<TestBroker> StartAsync(
        Func<BrokerOptions, BrokerOptions>? configure = null, TemporaryDirectory? directory = null,
        ILoggerFactory? logging = null)
    {
        TemporaryDirectory used = directory ?? new TemporaryDirectory();
        BrokerOptions options = new()
        {
            Directory = used.Path,
            Listeners = [new ListenerOptions(SecurityProtocol.Plaintext, "127.0.0.1", 0)],
            LoggerFactory = logging ?? NullLoggerFactory.Instance,
        };
        try
        {
            BrokerServer server = await BrokerServer.StartAsync(configure?.Invoke(options) ?? options);
            return new TestBroker(server, used, directory is null);
        }
        catch
        {
            if (directory is null) used.Dispose();
            throw;
        }
    }

    public Task<ProtocolClient> ConnectAsync() => ProtocolClient.ConnectAsync(Port);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        if (_ownsDirectory) _directory.Dispose();
    }
}
