using LogStore.Bench.Broker.Clients;
using LogStore.Bench.Broker.Servers;
using LogStore.Bench.Running;

namespace LogStore.Bench.Broker.Cases;

/// <summary>One record at a time, each sent when the one before it is acknowledged.</summary>
internal static class LoneCase
{
    /// <summary>What the tables call our broker when it is driven as NATS and the others are.</summary>
    public const string Raw = "logstore, acks=all, plain socket";

    private const int Bytes = 1024;

    public static void Run(Suite suite, IReadOnlyList<Service> services, IReadOnlyList<Comparison> compare)
    {
        List<(string, Func<TimeSpan, double[]>)> contestants = [];
        foreach (Service service in services)
        {
            if (service is ILogstore ours)
                contestants.Add((Raw, duration => Lone(
                    service, topic => new RawKafkaClient(ours.LeaderPort(topic)).Lone(topic, Bytes, duration))));
            foreach (string acks in service.Acks)
                contestants.Add((service.NameWith(acks), duration => Lone(
                    service, topic => service.Lone(topic, Bytes, acks, duration))));
        }

        suite.Run(
            $"lone synchronous produce of {Bytes} B", [Metric.P50, Metric.P99, Metric.RecordsPerSecond], contestants, compare,
            duration: TimeSpan.FromSeconds(1));

        double[] Lone(Service service, Func<string, Load> run) => suite.OnNewTopic(
            service, run, (load, _) => [load.P50, load.P99, load.Records / load.Seconds]);
    }
}
