using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Cases;

/// <summary>The cases of one broker beside other servers, each alone.</summary>
internal static class BrokerCases
{
    public static void Run(Suite suite, IReadOnlyList<Server> servers)
    {
        int[] throughput = [0, Suite.CpuMetric];
        ProduceCase.Run(
            suite, servers,
            [
                new("logstore, acks=1", "mock, acks=1", throughput), new("logstore, acks=all", "mock, acks=all", throughput),
                new("logstore, acks=all", "NATS", throughput), new("logstore, acks=all", "RabbitMQ", throughput),
                new(ProduceCase.OwnClientWith("1"), "logstore, acks=1", throughput),
                new(ProduceCase.OwnClientWith("all"), "logstore, acks=all", throughput),
            ]);
        FetchCase.Run(suite, servers);
        LoneCase.Run(
            suite, servers,
            [
                new("logstore, acks=1", "mock, acks=1", 0, 1), new("logstore, acks=all", "mock, acks=all", 0, 1),
                new(LoneCase.Raw, "NATS", 0, 1), new(LoneCase.Raw, "RabbitMQ", 0, 1),
            ]);
    }
}
