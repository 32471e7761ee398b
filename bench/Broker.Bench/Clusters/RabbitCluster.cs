using LogStore.Bench.Broker.Clients;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clusters;

/// <summary>Three nodes of RabbitMQ; streams have three replicas, led by the node that clients speak to.</summary>
internal sealed class RabbitCluster : ServerCluster
{
    private readonly int _mapperPort = ServerProcess.FreePort();
    private readonly RabbitNode[] _nodes;
    private ServerProcess? _mapper;

    public RabbitCluster(string directory)
    {
        RabbitNode first = new(directory, 1, _mapperPort);
        _nodes = [first, new RabbitNode(directory, 2, _mapperPort, first), new RabbitNode(directory, 3, _mapperPort, first)];
    }

    public override string Name => "RabbitMQ";

    public override string Version => RabbitNode.Version;

    /// <summary>A stream is led by the node that was asked to make it, unless it is told otherwise.</summary>
    private StreamClient Client => new(_nodes[0].Port);

    public override void Create(string topic)
    {
        Client.Create(topic);
        Settle($"stream {topic} of RabbitMQ", () => Client.FollowersOf(topic) == Size - 1);
    }

    public override void Delete(string topic) => Client.Delete(topic);

    public override Load Produce(string topic, int bytes, string acks, TimeSpan duration) =>
        Client.Publish(topic, bytes, long.MaxValue - 1, duration);

    public override Load Lone(string topic, int bytes, string acks, TimeSpan duration) => Client.Lone(topic, bytes, duration);

    public override void Stop()
    {
        base.Stop();
        _mapper?.Dispose();
        _mapper = null;
    }

    protected override void StartProcesses()
    {
        _mapper ??= RabbitNode.StartMapper(_mapperPort);
        foreach (int index in Members) StartMember(index); // The first has to be there for the others to join.
    }

    protected override ServerProcess StartProcess(int index) => _nodes[index].Start();

    protected override bool IsReady() => true; // A node joins before it says that it is up.
}
