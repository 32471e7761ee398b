using System.Globalization;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>What was measured with batches of one size: a row of the table.</summary>
internal sealed class ReplicationRow(int followers, int bytes)
{
    private static readonly string[] Columns =
    [
        "followers", "batch, bytes",
        "lone p50 µs: RDMA", "TCP", "`ib_write_lat` and two appends", "RDMA / that", "RDMA / TCP",
        "MiB/s to each: RDMA", "TCP", "`ib_write_bw`", "RDMA / that", "RDMA / TCP",
        "cores with RDMA: leader, of it poller, followers", "with TCP: leader, followers", "allocated for a batch, bytes: RDMA, TCP",
    ];

    public static string Header => Line(Columns) + "\n" + Line(Columns.Select(_ => "---"));

    public Side Rdma { get; } = new();

    public Side Tcp { get; } = new();

    public List<double> Floor { get; } = [];

    public List<double> FloorRate { get; } = [];

    public override string ToString() => Line(
    [
        Text($"{followers}"), Text($"{bytes}"),
        Spread(Rdma.Lone), Spread(Tcp.Lone), Spread(Floor), Ratio(Rdma.Lone, Floor), Ratio(Rdma.Lone, Tcp.Lone),
        Spread(Rdma.Rate), Spread(Tcp.Rate), Spread(FloorRate), Ratio(Rdma.Rate, FloorRate), Ratio(Rdma.Rate, Tcp.Rate),
        Text($"{Median(Rdma.LeaderCores):F2}, {Median(Rdma.PollerCores):F2}, {Median(Rdma.FollowerCores):F2}"),
        Text($"{Median(Tcp.LeaderCores):F2}, {Median(Tcp.FollowerCores):F2}"),
        Text($"{Median(Rdma.Allocated):F1}, {Median(Tcp.Allocated):F1}"),
    ]);

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Spread(List<double> values) => Text($"{Median(values):F1} [{values.Min():F1}–{values.Max():F1}]");

    private static string Ratio(List<double> ours, List<double> theirs) => Text($"{Median(ours) / Median(theirs):F2}");

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>One way of replicating.</summary>
    internal sealed class Side
    {
        public List<double> Lone { get; } = [];

        public List<double> Rate { get; } = [];

        public List<double> LeaderCores { get; } = [];

        public List<double> PollerCores { get; } = [];

        public List<double> FollowerCores { get; } = [];

        public List<double> Allocated { get; } = [];

        public void Add(double lone, in Throughput through)
        {
            Lone.Add(lone);
            Rate.Add(through.MebibytesPerSecond);
            LeaderCores.Add(through.LeaderCores);
            PollerCores.Add(through.PollerCores);
            FollowerCores.Add(through.FollowerCores);
            Allocated.Add(through.AllocatedPerBatch);
        }
    }
}
