using System.Diagnostics;
using System.Globalization;
using LogStore.Bench.Broker.Clients;

namespace LogStore.Bench.Broker.Servers;

/// <summary><c>nats-server</c> with JetStream, which keeps streams in files.</summary>
internal sealed class NatsServer(string directory) : Server
{
    /// <summary>What is started, also for a cluster.</summary>
    public const string Program = "nats-server";

    private readonly int _port = ServerProcess.FreePort();

    public override string Name => "NATS";

    public override string Version => Programs.FirstLine(Program, "--version");

    private NatsClient Client => new(_port);

    public override void Create(string topic) => Client.Create(topic);

    public override void Delete(string topic) => Client.Delete(topic);

    public override void CreateMany(int count)
    {
        for (int index = 0; index < count; index++) Client.Create(string.Create(CultureInfo.InvariantCulture, $"idle-{index}"));
    }

    public override void Fill(string topic, int bytes, long records) =>
        Client.Publish(topic, bytes, records - 1, TimeSpan.MaxValue); // One more goes first, unmeasured.

    public override Load Produce(string topic, int bytes, string acks, TimeSpan duration) =>
        Client.Publish(topic, bytes, long.MaxValue, duration);

    public override Load Lone(string topic, int bytes, string acks, TimeSpan duration) => Client.Lone(topic, bytes, duration);

    public override Load Fetch(string topic, int bytes, long records, TimeSpan duration) =>
        Client.Fetch(topic, bytes, records, duration);

    protected override ServerProcess StartProcess() => ServerProcess.Start(
        new ProcessStartInfo(Programs.Find(Program),
        [
            "--jetstream", "--store_dir", directory, "--addr", "127.0.0.1",
            "--port", _port.ToString(CultureInfo.InvariantCulture),
        ]),
        "Server is ready");
}
