using LogStore.Bench.Floors;
using LogStore.Bench.Peers;
using LogStore.Bench.Running;
using LogStore.Sinks.Sqlite;

namespace LogStore.Bench.Scenarios;

/// <summary>Records into a table of SQLite, each with its progress, against the same statements and no log at all.</summary>
internal sealed class SinkScenario : Scenario
{
    private const int Accounts = 10_000;
    private const string Floor = "bare statements";
    private const string Directory = "sink, from a data directory";
    private const string Broker = "sink, from a broker";

    public override string Name => "sink";

    public override string Summary => "records per second into SQLite against a bare loop of the same statements";

    public override async Task RunAsync(BenchContext context)
    {
        Payment[] payments = Payment.Create(context.Pick(30_000, 200_000), Accounts);
        await using SinkTopic topic = await SinkTopic.CreateAsync(context.Work.Create("sink-broker"), payments);
        foreach (int size in (int[])[100, 1000])
            RunOne(context, topic, payments, SinkMode.Offset, size);
        RunOne(context, topic, payments, SinkMode.MessageId, 1000);
        RunOne(context, topic, payments, SinkMode.SeenIds, 1000);
    }

    private static void RunOne(BenchContext context, SinkTopic topic, Payment[] payments, SinkMode mode, int size)
    {
        string directory = context.Work.Create("sink");
        SqliteSinkOptions options = new()
        {
            Database = Path.Combine(directory, "accounts.db"),
            Topic = "",
            Mapping = SinkTopic.Mapping,
            Mode = mode,
            TransactionRecords = size,
        };
        context.Run(new Contest(
            $"{payments.Length:N0} records into {Accounts:N0} accounts, mode {mode}, transactions of {size:N0}",
            Metric.RecordsPerSecond, Metric.AllocatedPerRecord)
        {
            Rounds = context.Pick(3, 5),
            WarmUp = TimeSpan.FromSeconds(1), // One run at least.
            Prepare = () => Empty(directory),
        }
            .Add(Floor, () => BareStatements.Apply(options, payments, keepsIds: mode == SinkMode.SeenIds))
            .Add(Directory, () => topic.ApplyFromDirectory(options))
            .Add(Broker, () => topic.ApplyFromBroker(options))
            .Compare(Directory, Floor, atLeast: 0.7)
            .Compare(Broker, Floor, atLeast: 0.7));
    }

    /// <summary>Everybody begins with a database of their own.</summary>
    private static void Empty(string directory)
    {
        foreach (string file in System.IO.Directory.GetFiles(directory)) File.Delete(file);
    }
}
