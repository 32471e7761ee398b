using System.Diagnostics;
using LogStore.Bench.Broker.Clients;

namespace LogStore.Bench.Broker.Servers;

/// <summary><c>logstore broker</c>, the program that <c>./logstore</c> runs.</summary>
internal sealed class LogstoreServer(Driver driver, string program, string directory) : KafkaServer(driver), ILogstore
{
    public override string Name => "logstore";

    public override string Version => Programs.FirstLine(program, "--version");

    public override string Brokers
    {
        get
        {
            // "ready: broker 1 of cluster … on PLAINTEXT://127.0.0.1:9092, data in …"
            string line = Process.ReadyLine;
            int begin = line.IndexOf("://", StringComparison.Ordinal) + 3;
            return line[begin..line.IndexOf(',', begin)];
        }
    }

    public int LeaderPort(string topic) => int.Parse(Brokers.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    public void CreatePartitions(string topic, int partitions) => Driver.Create(Brokers, topic, partitions, replicas: 1);

    protected override ServerProcess StartProcess() => ServerProcess.Start(
        new ProcessStartInfo(program,
            ["broker", "--data", directory, "--listen", "PLAINTEXT://127.0.0.1:0", "--log-level", "warn"]),
        "ready");
}
