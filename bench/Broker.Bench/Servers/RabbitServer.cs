using System.Globalization;
using LogStore.Bench.Broker.Clients;

namespace LogStore.Bench.Broker.Servers;

/// <summary>One node of RabbitMQ, with the port mapper that it needs.</summary>
internal sealed class RabbitServer : Server
{
    private readonly int _mapperPort = ServerProcess.FreePort();
    private readonly RabbitNode _node;
    private ServerProcess? _mapper;

    public RabbitServer(string directory)
    {
        _node = new RabbitNode(directory, 1, _mapperPort);
    }

    public override string Name => "RabbitMQ";

    public override string Version => RabbitNode.Version;

    private StreamClient Client => new(_node.Port);

    public override void Create(string topic) => Client.Create(topic);

    public override void Delete(string topic) => Client.Delete(topic);

    public override void CreateMany(int count)
    {
        for (int index = 0; index < count; index++) Client.Create(string.Create(CultureInfo.InvariantCulture, $"idle-{index}"));
    }

    public override void Fill(string topic, int bytes, long records) =>
        Client.Publish(topic, bytes, records - 1, TimeSpan.MaxValue); // One more goes first, unmeasured.

    public override Load Produce(string topic, int bytes, string acks, TimeSpan duration) =>
        Client.Publish(topic, bytes, long.MaxValue - 1, duration);

    public override Load Lone(string topic, int bytes, string acks, TimeSpan duration) => Client.Lone(topic, bytes, duration);

    public override Load Fetch(string topic, int bytes, long records, TimeSpan duration) =>
        Client.Fetch(topic, bytes, records, duration);

    public override void Stop()
    {
        base.Stop();
        _mapper?.Dispose();
        _mapper = null;
    }

    protected override ServerProcess StartProcess()
    {
        _mapper ??= RabbitNode.StartMapper(_mapperPort);
        return _node.Start();
    }
}
