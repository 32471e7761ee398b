using System.Text;
using LogStore.Replicator.Transport;
using Xunit;

namespace LogStore.Replicator.Tests.Transport.Support;

/// <summary>Brokers that can reach each other over one kind of transport.</summary>
internal abstract class TransportNet : IAsyncDisposable
{
    public const string ClusterId = "test-cluster";

    private readonly List<TestBroker> _brokers = [];

    /// <summary>All that were started.</summary>
    public IReadOnlyList<TestBroker> All => _brokers;

    /// <summary>Starts a broker that knows nobody yet.</summary>
    public TestBroker Start(int id, long session = 1, ReplicaTransportOptions? options = null)
    {
        TestReceiver receiver = new();
        (IReplicaTransport transport, int port) = Start(options ?? Options(id), receiver);
        transport.SetSession(session);
        TestBroker broker = new(transport, receiver, new ReplicaPeer(id, session, "127.0.0.1", port));
        _brokers.Add(broker);
        return broker;
    }

    /// <summary>Two brokers that have a link to each other.</summary>
    public async Task<(TestBroker First, IReplicaLink ToSecond, TestBroker Second, IReplicaLink ToFirst)> LinkAsync(
        Func<int, ReplicaTransportOptions>? options = null)
    {
        TestBroker first = Start(1, options: options?.Invoke(1));
        TestBroker second = Start(2, options: options?.Invoke(2));
        second.Know(first);
        first.Know(second);
        return (first, await first.Receiver.UpAsync(), second, await second.Receiver.UpAsync());
    }

    public static ReplicaTransportOptions Options(int id) => new()
    {
        BrokerId = id,
        ClusterId = ClusterId,
        Secret = Encoding.UTF8.GetBytes("a secret of tests"),
    };

    public async ValueTask DisposeAsync()
    {
        foreach (TestBroker broker in _brokers) await broker.Transport.DisposeAsync().AsTask().WaitAsync(TestPatience.Value);
        Assert.All(_brokers, broker => Assert.Empty(broker.Receiver.Objections));
    }

    protected abstract (IReplicaTransport Transport, int Port) Start(ReplicaTransportOptions options, IReplicaReceiver receiver);
}
