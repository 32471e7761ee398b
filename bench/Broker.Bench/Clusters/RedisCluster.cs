using System.Diagnostics;
using System.Globalization;
using LogStore.Bench.Broker.Clients;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clusters;

/// <summary>
/// A <c>redis-server</c> and two that replicate it, with append-only files that are flushed every second; no snapshots, whose
/// processes would take the cores from it.
/// </summary>
internal sealed class RedisCluster(string directory) : ServerCluster
{
    private const string Program = "redis-server";

    private readonly int[] _ports = [.. Members.Select(_ => ServerProcess.FreePort())];

    public override string Name => "Redis";

    public override string Version => string.Join(' ', Programs.FirstLine(Program, "--version").Split(' ').Take(3));

    private RedisClient Client => new(_ports[0], Size - 1);

    public override void Create(string topic)
    {
        // The first entry makes it.
    }

    public override void Delete(string topic) => Client.Delete(topic);

    public override Load Produce(string topic, int bytes, string acks, TimeSpan duration) => Client.Publish(topic, bytes, duration);

    public override Load Lone(string topic, int bytes, string acks, TimeSpan duration) => Client.Lone(topic, bytes, duration);

    protected override ServerProcess StartProcess(int index)
    {
        string data = Path.Combine(directory, Text(index));
        Directory.CreateDirectory(data);
        string[] replica = index == 0 ? [] : ["--replicaof", "127.0.0.1", Text(_ports[0])];
        return ServerProcess.Start(
            new ProcessStartInfo(Programs.Find(Program),
            [
                "--port", Text(_ports[index]), "--bind", "127.0.0.1", "--dir", data,
                "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", .. replica,
            ]),
            "Ready to accept connections");
    }

    protected override bool IsReady() => Client.AreReplicasUp();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
