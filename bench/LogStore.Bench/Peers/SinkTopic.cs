using System.Diagnostics;
using System.Text;
using LogStore.Broker;
using LogStore.Client;
using LogStore.Sinks.Sqlite;
using LogStore.Topics;

namespace LogStore.Bench.Peers;

/// <summary>Deposits and withdrawals in a topic of a broker within this process, and sinks that apply them.</summary>
internal sealed class SinkTopic : IAsyncDisposable
{
    private const string Name = "payments";

    private readonly string _directory;
    private readonly BrokerServer _broker;

    private SinkTopic(string directory, BrokerServer broker, int records)
    {
        (_directory, _broker, Records) = (directory, broker, records);
    }

    /// <summary>What a record does to the table.</summary>
    public static RecordMapping Mapping { get; } = new()
    {
        Table = "accounts",
        Key = new Dictionary<string, string> { ["account"] = "account" },
        Columns = new Dictionary<string, string> { ["balance"] = "amount" },
    };

    public int Records { get; }

    private string Address => $"127.0.0.1:{_broker.Listeners[0].Port}";

    /// <summary>Makes the topic, of one partition.</summary>
    /// <param name="directory">The broker's directory.</param>
    /// <param name="payments">What goes into it.</param>
    public static async Task<SinkTopic> CreateAsync(string directory, IReadOnlyList<Payment> payments)
    {
        BrokerServer broker = await BrokerServer.StartAsync(new BrokerOptions
        {
            Directory = directory,
            Listeners = [new ListenerOptions(SecurityProtocol.Plaintext, "127.0.0.1", 0)],
        });
        SinkTopic topic = new(directory, broker, payments.Count);
        await using AdminClient admin = new(new ClientOptions { BootstrapServers = topic.Address });
        await admin.CreateTopicAsync(new NewTopic(Name, 1, 1));
        await using Producer producer = new(new ProducerOptions { BootstrapServers = topic.Address });
        foreach (Payment payment in payments)
            await producer.PostAsync(new ProducerRecord(Name, payment.ToJson(), payment.Account));
        await producer.FlushAsync();
        return topic;
    }

    /// <summary>Applies everything that the directory has; records per second.</summary>
    public double[] ApplyFromDirectory(SqliteSinkOptions options) =>
        Measure(options, sink => sink.RunAsync(new ReadOnlyDataDirectory(_directory), follow: false));

    /// <summary>Applies everything that the broker has; records per second.</summary>
    public double[] ApplyFromBroker(SqliteSinkOptions options) =>
        Measure(options, sink => sink.RunAsync(new ConsumerOptions { BootstrapServers = Address }, follow: false));

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private double[] Measure(SqliteSinkOptions options, Func<SqliteSink, Task> run)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long last = 0;
        using SqliteSink sink = new(options with { Topic = Name, Mapping = Mapping, Create = true })
        {
            // What comes behind the last transaction is looking whether there is more: a wait, not work.
            Progressed = _ => last = Stopwatch.GetTimestamp(),
        };
        long started = Stopwatch.GetTimestamp();
        Task.Run(() => run(sink)).GetAwaiter().GetResult();
        if (sink.Statistics.Applied != Records)
            throw new InvalidOperationException($"{sink.Statistics.Applied} of {Records} records were applied");
        return
        [
            Records / Stopwatch.GetElapsedTime(started, last).TotalSeconds,
            (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)Records,
        ];
    }
}

/// <summary>A deposit or a withdrawal.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="Account">Whose it is, in UTF-8.</param>
/// <param name="Amount">How much.</param>
internal sealed record Payment(long Id, byte[] Account, long Amount)
{
    /// <summary>As many as are wanted, the same each time.</summary>
    public static Payment[] Create(int count, int accounts)
    {
        Random random = new(1);
        byte[][] names = [.. Enumerable.Range(0, accounts).Select(i => Encoding.UTF8.GetBytes($"account-{i:D6}"))];
        return
        [
            .. Enumerable.Range(1, count)
                .Select(id => new Payment(id, names[random.Next(accounts)], random.Next(-1000, 1001))),
        ];
    }

    public byte[] ToJson() => Encoding.UTF8.GetBytes(
        $$"""{"id":{{Id}},"account":"{{Encoding.UTF8.GetString(Account)}}","amount":{{Amount}}}""");
}
