using LogStore.Bench.Broker.Clients;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Cases;

/// <summary>One consumer, from the beginning of what is in the page cache, again and again.</summary>
/// <remarks>
/// The mock keeps no more than 5 MiB of a partition, so it is read over many partitions at a time, and so are we beside it;
/// beside the others we read one partition, as they read one stream.
/// </remarks>
internal static class FetchCase
{
    private const int Partitions = 32;

    public static string[] TopicsOfMock { get; } = [.. Suite.Sizes.Select(bytes => $"{Many(bytes)}:{Partitions}")];

    public static void Run(Suite suite, IReadOnlyList<Server> servers)
    {
        int[] metrics = [0, Suite.CpuMetric];
        foreach (int bytes in Suite.Sizes)
        {
            long records = bytes < 1000 ? 1_000_000 : 300_000;
            string topic = $"fetch-{bytes}";
            List<(string, Func<TimeSpan, double[]>)> contestants = [];
            foreach (Server server in servers)
            {
                if (server is not MockServer)
                {
                    server.Create(topic);
                    server.Fill(topic, bytes, records);
                    contestants.Add((server.Name, duration => Suite.Measure(
                        server, () => server.Fetch(topic, bytes, records, duration), Suite.ThroughputOf)));
                }

                if (server is LogstoreServer ours)
                {
                    contestants.Add(("logstore, our client", duration => Suite.Measure(
                        server, () => new OwnClient(ours.Brokers).Fetch(topic, bytes, records, duration), Suite.ThroughputOf)));
                }

                if (server is not KafkaServer kafka) continue;
                (kafka as LogstoreServer)?.CreatePartitions(Many(bytes), Partitions);
                kafka.FillPartitions(Many(bytes), Partitions, bytes, bytes < 1000 ? 30_000 : 4_000);
                contestants.Add(($"{server.Name}, {Partitions} partitions", duration => Suite.Measure(
                    server, () => kafka.FetchPartitionsOf(Many(bytes), Partitions, duration), Suite.ThroughputOf)));
            }

            suite.Run(
                $"fetch of {bytes} B from a warm log", Suite.Throughput, contestants,
                [
                    new($"logstore, {Partitions} partitions", $"mock, {Partitions} partitions", metrics),
                    new("logstore", "NATS", metrics), new("logstore", "RabbitMQ", metrics),
                    new("logstore, our client", "logstore", metrics),
                ]);
        }
    }

    private static string Many(int bytes) => $"fetch-many-{bytes}";
}
