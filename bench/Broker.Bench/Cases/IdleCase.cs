using LogStore.Bench.Broker.Servers;
using LogStore.Bench.Running;

namespace LogStore.Bench.Broker.Cases;

/// <summary>Memory of servers that do nothing, with many partitions or streams, and how long they take to start with them.</summary>
internal static class IdleCase
{
    private const int Partitions = 1000;
    private const int Starts = 3;

    /// <summary>How long a server is left alone before it is looked at.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    /// <param name="report">Where it goes.</param>
    /// <param name="servers">Servers with nothing in them, not started; stopped afterwards.</param>
    /// <param name="stop">Asks to end.</param>
    public static void Run(Report report, IReadOnlyList<Server> servers, CancellationToken stop)
    {
        BenchOptions options = new() { Stop = stop };
        Contest made = new(
            $"memory at idle, {Partitions} partitions or streams", BrokerMetrics.EmptyMemory, BrokerMetrics.MemoryWithPartitions)
        {
            Rounds = 1,
            WarmUp = TimeSpan.Zero,
        };
        Contest started = new(
            $"start with {Partitions} partitions or streams", BrokerMetrics.StartTime, BrokerMetrics.MemoryAfterStart)
        {
            Rounds = Starts,
            WarmUp = TimeSpan.Zero,
        };
        foreach (Server server in servers)
        {
            made.Add(server.Name, () => Make(server));
            if (server is MockServer) continue; // It keeps nothing.
            started.Add(server.Name, () => Start(server));
            if (server is not LogstoreServer) started.Compare("logstore", server.Name, 0).Compare("logstore", server.Name, 1);
        }

        report.Add(made, made.Run(options));
        report.Add(started, started.Run(options));
    }

    private static double[] Make(Server server)
    {
        server.Start();
        try
        {
            double empty = RestingMegabytes(server);
            server.CreateMany(Partitions);
            return [empty, RestingMegabytes(server)];
        }
        finally
        {
            server.Stop();
        }
    }

    private static double[] Start(Server server)
    {
        server.Start();
        try
        {
            return [server.Process.StartTime.TotalMilliseconds, RestingMegabytes(server)];
        }
        finally
        {
            server.Stop();
        }
    }

    private static double RestingMegabytes(Server server)
    {
        Thread.Sleep(Rest);
        return server.Process.ResidentBytes / 1e6;
    }
}
