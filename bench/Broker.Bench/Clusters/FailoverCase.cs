using System.Diagnostics;
using System.Globalization;
using LogStore.Bench.Broker.Servers;
using LogStore.Bench.Running;

namespace LogStore.Bench.Broker.Clusters;

/// <summary>How long nobody can write when the leader of a partition is killed.</summary>
/// <remarks>
/// The time from <c>kill -9</c> of the leader to the first acknowledgement of a record that was written when that process was
/// gone: the new leader must have given it. Then the broker is started again, and the next one is killed, with a topic of its own,
/// when all are in sync.
/// </remarks>
internal static class FailoverCase
{
    private const double MostMedianMs = 500;
    private const double MostP99Ms = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="report">Where it goes.</param>
    /// <param name="cluster">A cluster that is up.</param>
    /// <param name="kills">How many leaders are killed.</param>
    /// <param name="stop">Asks to end.</param>
    public static void Run(Report report, LogstoreCluster cluster, int kills, CancellationToken stop) =>
        Task.Run(() => RunAsync(report, cluster, kills, stop), CancellationToken.None).GetAwaiter().GetResult();

    private static async Task RunAsync(Report report, LogstoreCluster cluster, int kills, CancellationToken stop)
    {
        Outage[] outages = new Outage[kills];
        Random random = new(1);
        for (int index = 0; index < kills; index++)
        {
            // Any broker: were it their turn, the controller's role would go round with the kills.
            string topic = string.Create(CultureInfo.InvariantCulture, $"failover-{index}");
            int leader = LogstoreCluster.Ids[random.Next(LogstoreCluster.Ids.Count)];
            cluster.CreateLedBy(topic, leader);
            outages[index] = await KillLeaderAsync(cluster, topic, leader, TimeSpan.FromMilliseconds(random.Next(1000)), stop);
            cluster.Delete(topic);
        }

        Print(report, outages);
    }

    private static async Task<Outage> KillLeaderAsync(
        LogstoreCluster cluster, string topic, int leader, TimeSpan pause, CancellationToken stop)
    {
        await using SteadyWriter writer = new(cluster.Brokers, topic);
        await writer.NextAcknowledgement().WaitAsync(Limit, stop);
        await Task.Delay(pause, stop); // At no particular moment of whatever the brokers do from time to time.
        bool isController = cluster.Controller == leader;
        long killed = cluster.KillBroker(leader);
        long acknowledged = await writer.NextAcknowledgement().WaitAsync(Limit, stop);
        cluster.StartBroker(leader);
        ServerCluster.Settle($"broker {leader}", () => cluster.IsInSync(topic));
        await writer.FinishAsync();
        long end = cluster.EndOf(topic);
        return writer.Error is null && writer.Acknowledged == writer.Posted && end == writer.Posted
            ? new Outage(Stopwatch.GetElapsedTime(killed, acknowledged).TotalMilliseconds, isController, writer.Posted)
            : throw new ServerFailedException(string.Create(
                CultureInfo.InvariantCulture,
                $"{topic}: {writer.Posted} records written, {writer.Acknowledged} acknowledged, the log ends at {end}. {writer.Error?.Message}"));
    }

    private static void Print(Report report, Outage[] outages)
    {
        Table table = new(["ms from the kill to the acknowledgement", "kills", "p50", "p90", "p99", "max"]);
        AddRow(table, "all", outages);
        AddRow(table, "the leader was the controller", [.. outages.Where(outage => outage.WasController)]);
        AddRow(table, "it was not", [.. outages.Where(outage => !outage.WasController)]);
        report.Add($"failover, {outages.Length} kills of a leader", table);
        report.Text(string.Create(
            CultureInfo.InvariantCulture,
            $"\n{outages.Sum(outage => outage.Records)} records were written meanwhile; each was acknowledged and is there once."));
        report.Require("p50 ms", Percentile(outages, 0.5), MostMedianMs);
        report.Require("p99 ms", Percentile(outages, 0.99), MostP99Ms);
    }

    private static void AddRow(Table table, string name, Outage[] outages)
    {
        if (outages.Length == 0) return;
        table.Add(
        [
            name, outages.Length.ToString(CultureInfo.InvariantCulture),
            .. ((double[])[0.5, 0.9, 0.99, 1]).Select(share => Metric.Milliseconds.Format(Percentile(outages, share))),
        ]);
    }

    /// <summary>What so many of the outages did not exceed.</summary>
    private static double Percentile(Outage[] outages, double share) =>
        outages.Select(outage => outage.Milliseconds).Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * outages.Length) - 1));

    private readonly record struct Outage(double Milliseconds, bool WasController, long Records);
}
