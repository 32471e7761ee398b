using LogStore.Bench.Broker.Clients;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Cases;

/// <summary>One producer on one partition or stream, as fast as it goes.</summary>
internal static class ProduceCase
{
    /// <summary>What the tables call our own client on our own broker.</summary>
    public static string OwnClientWith(string acks) => $"logstore, acks={acks}, our client";

    public static void Run(Suite suite, IReadOnlyList<Service> services, IReadOnlyList<Comparison> compare)
    {
        foreach (int bytes in Suite.Sizes)
        {
            List<(string, Func<TimeSpan, double[]>)> contestants = [];
            foreach (Service service in services)
            {
                foreach (string acks in service.Acks)
                    contestants.Add((service.NameWith(acks), duration => suite.OnNewTopic(
                        service, topic => service.Produce(topic, bytes, acks, duration), Suite.ThroughputOf)));
                if (service is not ILogstore ours) continue;
                foreach (string acks in service.Acks)
                    contestants.Add((OwnClientWith(acks), duration => suite.OnNewTopic(
                        service, topic => new OwnClient(ours.Brokers).Produce(topic, bytes, acks, duration), Suite.ThroughputOf)));
            }

            suite.Run($"produce of {bytes} B, linger 5 ms", Suite.Throughput, contestants, compare);
        }
    }
}
