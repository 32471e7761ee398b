using LogStore.Bench.Broker.Clients;
using LogStore.Bench.Broker.Servers;
using LogStore.Bench.Running;

namespace LogStore.Bench.Broker.Cases;

/// <summary>What every case is given: how often and how long, and where the results go.</summary>
internal sealed class Suite(Report report, FreshPages pages, int turns, CancellationToken stop)
{
    /// <summary>The sizes of the records' values.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [100, 1024];

    private int _topics;

    public int Turns => turns;

    /// <summary>How long one turn of a contestant is measured.</summary>
    public TimeSpan Duration { get; } = TimeSpan.FromSeconds(2);

    /// <summary>How long each runs before, unmeasured.</summary>
    private TimeSpan WarmUp { get; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Runs a load on a topic of its own, which is gone afterwards.</summary>
    public double[] OnNewTopic(Service server, Func<string, Load> run, Func<Load, double, double[]> values)
    {
        string topic = $"bench-{_topics++}";
        server.Create(topic);
        try
        {
            pages.Refresh();
            return Measure(server, () => run(topic), values);
        }
        finally
        {
            server.Delete(topic);
        }
    }

    /// <summary>Runs a load; <paramref name="values"/> gets what it moved and the server's seconds of CPU time.</summary>
    public static double[] Measure(Service server, Func<Load> run, Func<Load, double, double[]> values)
    {
        double before = server.CpuSeconds;
        Load load = run();
        return values(load, server.CpuSeconds - before);
    }

    /// <summary>The metrics of a load that goes as fast as it can, in the order of <see cref="ThroughputOf"/>.</summary>
    public static Metric[] Throughput { get; } =
    [
        Metric.MegabytesPerSecond, Metric.RecordsPerSecond, BrokerMetrics.ServerCpuPerGigabyte, BrokerMetrics.ServerCores,
        BrokerMetrics.ClientCores,
    ];

    /// <summary>Where <see cref="Throughput"/> has the server's CPU time.</summary>
    public const int CpuMetric = 2;

    public static double[] ThroughputOf(Load load, double serverCpu) =>
    [
        load.Bytes / load.Seconds / 1e6, load.Records / load.Seconds, serverCpu / load.Bytes * 1e9,
        serverCpu / load.Seconds, load.ClientCpu / load.Seconds,
    ];

    /// <summary>Runs all contestants for a moment, then in turns, and reports.</summary>
    /// <param name="title">What they do.</param>
    /// <param name="metrics">What comes out.</param>
    /// <param name="contestants">Their names and what they do for how long.</param>
    /// <param name="compare">What is compared with what.</param>
    /// <param name="duration">How long each turn is, if it is not <see cref="Duration"/>.</param>
    public void Run(
        string title, Metric[] metrics, IReadOnlyList<(string Name, Func<TimeSpan, double[]> Run)> contestants,
        IReadOnlyList<Comparison> compare, TimeSpan? duration = null)
    {
        Contest contest = new(title, metrics) { Rounds = turns, WarmUp = TimeSpan.Zero };
        HashSet<string> names = [];
        foreach ((string name, Func<TimeSpan, double[]> run) in contestants)
        {
            stop.ThrowIfCancellationRequested();
            run(WarmUp);
            contest.Add(name, () => run(duration ?? Duration));
            names.Add(name);
        }

        foreach (Comparison each in compare)
        {
            // A peer that could not be started has no row.
            if (!names.Contains(each.Name) || !names.Contains(each.With)) continue;
            foreach (int metric in each.Metrics) contest.Compare(each.Name, each.With, metric, each.AtLeast, each.AtMost);
        }

        report.Add(contest, contest.Run(new BenchOptions { Stop = stop }));
    }
}
