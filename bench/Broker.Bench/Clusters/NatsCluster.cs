using System.Diagnostics;
using System.Globalization;
using LogStore.Bench.Broker.Clients;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clusters;

/// <summary>Three times <c>nats-server</c> with JetStream; streams have three replicas, and clients speak to their leaders.</summary>
internal sealed class NatsCluster(string directory) : ServerCluster
{
    private readonly int[] _ports = [.. Members.Select(_ => ServerProcess.FreePort())];
    private readonly int[] _routes = [.. Members.Select(_ => ServerProcess.FreePort())];

    public override string Name => "NATS";

    public override string Version => Programs.FirstLine(NatsServer.Program, "--version");

    private NatsClient Anyone => new(_ports[0]);

    public override void Create(string topic)
    {
        Anyone.Create(topic, Size);
        Settle($"stream {topic} of NATS", () => Anyone.LeaderOf(topic, Size - 1) is not null);
    }

    public override void Delete(string topic) => Anyone.Delete(topic);

    public override Load Produce(string topic, int bytes, string acks, TimeSpan duration) =>
        Leader(topic).Publish(topic, bytes, long.MaxValue, duration);

    public override Load Lone(string topic, int bytes, string acks, TimeSpan duration) => Leader(topic).Lone(topic, bytes, duration);

    protected override ServerProcess StartProcess(int index) => ServerProcess.Start(
        new ProcessStartInfo(Programs.Find(NatsServer.Program),
        [
            "--jetstream", "--store_dir", Path.Combine(directory, Member(index)), "--addr", "127.0.0.1",
            "--port", _ports[index].ToString(CultureInfo.InvariantCulture), "--server_name", Member(index),
            "--cluster_name", "bench", "--cluster", Route(index), "--routes", string.Join(',', Members.Select(Route)),
        ]),
        // Who leads the cluster: before somebody does, questions are not answered.
        "new metadata leader", "new JetStream cluster metadata leader");

    protected override bool IsReady() => true; // It was when the servers said so.

    private static string Member(int index) => string.Create(CultureInfo.InvariantCulture, $"n{index}");

    private string Route(int index) => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{_routes[index]}");

    private NatsClient Leader(string topic)
    {
        string leader = Anyone.LeaderOf(topic, Size - 1) ?? throw new ServerFailedException($"NATS: nobody leads {topic}");
        return new NatsClient(_ports[Members.First(index => Member(index) == leader)]);
    }
}
