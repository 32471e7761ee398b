using System.Diagnostics;
using System.Globalization;
using LogStore.Cli.Cluster.Local;
using LogStore.Cli.Output;
using LogStore.Client;

namespace LogStore.Cli.Demo;

/// <summary>
/// The main job, end to end: a text through three brokers, of which the one that leads is killed when half is acknowledged.
/// </summary>
internal sealed class DemoRun(LocalClusterOptions options, DemoText text)
{
    private const string Topic = "demo";

    private static readonly TopicPartition Partition = new(Topic, 0);

    private readonly ClientOptions _client = new() { BootstrapServers = options.BootstrapServers };

    /// <summary>Runs it, and tells each step and the result on standard output.</summary>
    /// <returns>Whether what was consumed is what was produced.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        Say($"{Quantity.Count(text.Lines, "line")}, {Quantity.Bytes(text.Bytes)} of text: {text.Path}");
        long started = Stopwatch.GetTimestamp();
        await using LocalCluster cluster = await LocalCluster.StartAsync(options, cancellationToken);
        string startTime = Quantity.Seconds(Stopwatch.GetElapsedTime(started));
        Say($"{options.Brokers} brokers started in {startTime}: {options.BootstrapServers}");
        await using AdminClient admin = new(_client);
        await admin.CreateTopicAsync(new NewTopic(Topic, Partitions: 1), cancellationToken);
        PartitionDescription before = await DescribeAsync(admin, cancellationToken);
        string transport = await ReplicationLinks.FindAsync(admin, [.. options.Ids], cancellationToken);
        string replicas = string.Join(", ", before.Replicas);
        Say($"topic {Topic}: broker {before.LeaderId} leads replicas {replicas}; they replicate over {transport}");

        DemoProducer producer = new(_client, text);
        Task producing = producer.RunAsync(Topic, cancellationToken);
        await await Task.WhenAny(producer.Half, producing);
        before = await DescribeAsync(admin, cancellationToken);
        long killedAt = producer.Times.Count;
        int killed = cluster.Kill(before.LeaderId);
        Say($"killed the leader with -9 at {Quantity.Count(killedAt)} acknowledged records: broker {before.LeaderId}, " +
            $"process {killed}");
        if (producing.IsCompleted)
            throw new UserErrorException("all was acknowledged before the leader could be killed: try a larger --file");
        await producing;
        PartitionDescription after = await DescribeAsync(admin, cancellationToken);
        Say($"produced the rest: broker {after.LeaderId} leads now, in sync are {string.Join(", ", after.InSyncReplicas)}");

        int[] alive = [.. options.Ids.Where(id => id != before.LeaderId)];
        string afterwards = await ReplicationLinks.FindAsync(admin, alive, cancellationToken);
        if (afterwards != transport) transport += $"; afterwards {afterwards}";

        DemoConsumption consumed =
            await DemoConsumption.RunAsync(_client, Partition, text.EndsWithNewline, cancellationToken);
        return Report(producer.Times, killedAt, transport, (before, after), consumed);
    }

    private bool Report(
        AckTimes times, long killedAt, string transport, (PartitionDescription Before, PartitionDescription After) leaders,
        DemoConsumption consumed)
    {
        TextTable table = new("", ">records", ">time", ">records/s", ">MB/s", ">ack p50", ">ack p99");
        AddProduced(table, "produced until the leader was killed", times, 0, killedAt);
        AddProduced(table, "produced afterwards", times, killedAt, times.Count);
        AddProduced(table, "produced in all", times, 0, times.Count);
        table.Add(
            "consumed", Quantity.Count(consumed.Records), Quantity.Seconds(consumed.Elapsed),
            Rate(consumed.Records, consumed.Elapsed), Megabytes(consumed.Bytes, consumed.Elapsed), "", "");
        int changes = leaders.After.LeaderEpoch - leaders.Before.LeaderEpoch;
        string change = $"{changes}: from broker {leaders.Before.LeaderId} to {leaders.After.LeaderId}";
        bool isEqual = consumed.Sha256 == text.Sha256;
        Console.Out.Write($"""

            {table}
            transport between brokers        {transport}
            leader changes                   {change}; the log's epochs are {string.Join(", ", consumed.Epochs)}
            longest time without an ack      {Milliseconds(times.LongestSilence())}
            sha256 of the text               {text.Sha256}
            sha256 of what was consumed      {consumed.Sha256}
            {(isEqual ? "Equal, byte for byte and in order." : "THEY DIFFER.")}

            """);
        return isEqual;
    }

    private static void AddProduced(TextTable table, string what, AckTimes times, long from, long to)
    {
        TimeSpan elapsed = times.Duration(from, to);
        table.Add(
            what, Quantity.Count(to - from), Quantity.Seconds(elapsed), Rate(to - from, elapsed),
            Megabytes(times.Bytes(from, to), elapsed),
            Milliseconds(times.Percentile(0.5, from, to)), Milliseconds(times.Percentile(0.99, from, to)));
    }

    private static async Task<PartitionDescription> DescribeAsync(AdminClient admin, CancellationToken cancellationToken) =>
        (await admin.DescribeTopicsAsync([Topic], cancellationToken))[0].Partitions[0];

    private static void Say(string text) => Console.Out.WriteLine(text);

    private static string Rate(long count, TimeSpan elapsed) =>
        Quantity.Count((long)(count / Math.Max(elapsed.TotalSeconds, 1e-6)));

    private static string Megabytes(long bytes, TimeSpan elapsed) =>
        (bytes / 1e6 / Math.Max(elapsed.TotalSeconds, 1e-6)).ToString("F1", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");
}
