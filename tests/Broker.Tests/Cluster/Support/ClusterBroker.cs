using LogStore.Broker.Cluster;
using LogStore.Broker.Producing;
using LogStore.Broker.Security.Acls;

namespace LogStore.Broker.Tests.Cluster.Support;

/// <summary>A broker in a <see cref="TestCluster"/>, and a client of it.</summary>
internal sealed class ClusterBroker : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new(inMemory: true);

    private ClusterBroker()
    {
    }

    public BrokerServer Server { get; private set; } = null!;

    public TestCluster Cluster { get; private set; } = null!;

    public ProtocolClient Client { get; private set; } = null!;

    public static async Task<ClusterBroker> StartAsync(Func<BrokerOptions, BrokerOptions>? configure = null)
    {
        ClusterBroker broker = new();
        BrokerOptions options = new()
        {
            Directory = broker._directory.Path,
            Listeners = [new ListenerOptions(SecurityProtocol.Plaintext, "127.0.0.1", 0)],
            Groups = new GroupOptions { OffsetsTopicPartitions = 1, InitialRebalanceDelay = TimeSpan.Zero },
        };
        broker.Server = await BrokerServer.StartAsync(
            configure?.Invoke(options) ?? options,
            (directory, made, _, _) =>
            {
                broker.Cluster = new TestCluster(directory);
                return ValueTask.FromResult(new ClusterParts(
                    broker.Cluster, broker.Cluster.Partitions, new FileProducerIds(made.Directory), new FileAcls(made.Directory)));
            });
        broker.Client = await broker.ConnectAsync();
        return broker;
    }

    public Task<ProtocolClient> ConnectAsync() => ProtocolClient.ConnectAsync(Server.Listeners[0].Port);

    /// <summary>Makes a topic of which this broker has a replica, and leads the first partition.</summary>
    public async Task<TestPartition> CreateTopicAsync(string name = "t", int partitions = 1, int replicationFactor = 3)
    {
        await Cluster.CreateTopicAsync(
            new NewTopic(name, LogConfig.Default) { PartitionCount = partitions, ReplicationFactor = replicationFactor });
        return (TestPartition)Cluster.Partitions.FindReplica(name, 0)!;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        _directory.Dispose();
    }
}
