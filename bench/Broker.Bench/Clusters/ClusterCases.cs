using LogStore.Bench.Broker.Cases;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clusters;

/// <summary>The cases of three brokers beside three servers of each peer, and what they are to reach.</summary>
internal static class ClusterCases
{
    private const string Ours = "logstore, acks=all";

    public static void Run(Suite suite, IReadOnlyList<Service> clusters)
    {
        ProduceCase.Run(
            suite, clusters,
            [
                new(Ours, "NATS", 0) { AtLeast = 3 },
                new(Ours, "RabbitMQ", 0) { AtLeast = 2 },
                new(Ours, "Redis", 0),
                new(Ours, "logstore, acks=1", 0) { AtLeast = 0.6 },
                new(ProduceCase.OwnClientWith("all"), Ours, 0),
                new(ProduceCase.OwnClientWith("all"), ProduceCase.OwnClientWith("1"), 0),
                new(Ours, "NATS", Suite.CpuMetric), new(Ours, "RabbitMQ", Suite.CpuMetric), new(Ours, "Redis", Suite.CpuMetric),
            ]);
        LoneCase.Run(
            suite, clusters,
            [.. ((string[])["NATS", "RabbitMQ", "Redis"]).Select(peer => new Comparison(LoneCase.Raw, peer, 0, 1) { AtMost = 1 })]);
    }
}
