using System.Diagnostics;
using System.Globalization;
using LogStore.Bench.Broker.Clients;
using LogStore.Bench.Broker.Servers;
using LogStore.Client;

namespace LogStore.Bench.Broker.Clusters;

/// <summary>Three times <c>logstore broker</c>, which agree in a file of SQLite; default settings but for the replicas.</summary>
internal sealed class LogstoreCluster(Driver driver, string program, string directory) : ServerCluster, ILogstore
{
    private const int FirstId = 1;

    private readonly int[] _ports = [.. Members.Select(_ => ServerProcess.FreePort())];

    /// <summary>The brokers' numbers.</summary>
    public static IReadOnlyList<int> Ids { get; } = [.. Members.Select(index => index + FirstId)];

    public override string Name => "logstore";

    public override string Version => Programs.FirstLine(program, "--version");

    public override IReadOnlyList<string> Acks => ["1", "all"];

    public string Brokers => string.Join(',', _ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")));

    public override void Create(string topic)
    {
        driver.Create(Brokers, topic, partitions: 1, replicas: Size);
        Settle($"topic {topic}", () => IsInSync(topic));
    }

    /// <summary>Makes a topic whose one partition is led by a certain broker.</summary>
    public void CreateLedBy(string topic, int leader)
    {
        int[] replicas = [leader, .. Ids.Where(id => id != leader)];
        NewTopic made = new(topic) { Assignments = new Dictionary<int, int[]> { [0] = replicas } };
        Ask(async admin =>
        {
            await admin.CreateTopicAsync(made);
            return 0;
        });
        Settle($"topic {topic}", () => IsInSync(topic) && Describe(topic)!.LeaderId == leader);
    }

    public override void Delete(string topic) => driver.Delete(Brokers, topic);

    public override Load Produce(string topic, int bytes, string acks, TimeSpan duration) =>
        driver.Produce(Brokers, topic, bytes, acks, duration);

    public override Load Lone(string topic, int bytes, string acks, TimeSpan duration) =>
        driver.Lone(Brokers, topic, bytes, acks, duration);

    public int LeaderPort(string topic) => _ports[Describe(topic)!.LeaderId - FirstId];

    /// <summary>Whether the topic's one partition has a leader, and all its replicas have all of it.</summary>
    public bool IsInSync(string topic) => Describe(topic) is { LeaderId: >= FirstId, InSyncReplicas.Count: Size };

    /// <summary>Who leads the topic's one partition, and who follows; null if nobody knows it yet.</summary>
    private PartitionDescription? Describe(string topic)
    {
        try
        {
            return Ask(admin => admin.DescribeTopicsAsync([topic]))[0].Partitions.ElementAtOrDefault(0);
        }
        catch (ClientException e) when (e.ErrorCode == KafkaProtocol.ErrorCode.UnknownTopicOrPartition)
        {
            return null; // The broker that was asked has not heard of it yet.
        }
    }

    /// <summary>The broker that decides who leads.</summary>
    public int Controller => Ask(admin => admin.DescribeClusterAsync()).ControllerId;

    /// <summary>Where the log of the topic's one partition ends.</summary>
    public long EndOf(string topic)
    {
        TopicPartition partition = new(topic, 0);
        Dictionary<TopicPartition, OffsetSpec> end = new() { [partition] = OffsetSpec.Latest };
        return Ask(admin => admin.ListOffsetsAsync(end))[partition].Offset;
    }

    /// <summary>Kills a broker with SIGKILL, and returns the moment before; when it returns the broker is gone.</summary>
    public long KillBroker(int id) => KillMember(id - FirstId);

    /// <summary>Starts a broker again that was killed.</summary>
    public void StartBroker(int id) => StartMember(id - FirstId);

    protected override ServerProcess StartProcess(int index) => ServerProcess.Start(
        new ProcessStartInfo(program,
        [
            "broker", "--data", Path.Combine(directory, Text(index + FirstId)), "--log-level", "warn",
            "--listen", $"PLAINTEXT://127.0.0.1:{Text(_ports[index])}",
            .. Set("broker.id", Text(index + FirstId)),
            .. Set("metadata.store", $"sqlite:{Path.Combine(directory, "meta.db")}"),
            .. Set("default.replication.factor", Text(Size)),
            .. Set("min.insync.replicas", "2"),
        ]),
        "ready: ");

    protected override bool IsReady() => Ask(admin => admin.DescribeClusterAsync()).Brokers.Count == Size;

    private static string[] Set(string name, string value) => ["--set", $"{name}={value}"];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private T Ask<T>(Func<AdminClient, Task<T>> ask) => Task.Run(async () =>
    {
        await using AdminClient admin = new(new ClientOptions { BootstrapServers = Brokers });
        return await ask(admin);
    }).GetAwaiter().GetResult();
}
