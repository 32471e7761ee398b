using System.Globalization;

namespace LogStore.Cli.Cluster.Local;

/// <summary>A cluster on one machine.</summary>
/// <param name="Directory">Where everything is: the metadata, each broker's data and its log.</param>
/// <param name="Brokers">How many brokers.</param>
/// <param name="FirstPort">The port of the first; the others take those that follow.</param>
/// <param name="Settings">Settings of all brokers, by Kafka's names; they win over what this makes up.</param>
internal sealed record LocalClusterOptions(
    string Directory, int Brokers, int FirstPort, IReadOnlyList<KeyValuePair<string, string>> Settings)
{
    /// <summary>Fewer would leave nobody to lead once one is gone.</summary>
    private const int BrokersForTwoInSync = 3;

    /// <summary>The brokers' numbers.</summary>
    public IEnumerable<int> Ids => Enumerable.Range(1, Brokers);

    /// <summary>What clients are given to begin with.</summary>
    public string BootstrapServers => string.Join(',', Ids.Select(AddressOf));

    /// <summary>The port of a broker.</summary>
    public int PortOf(int id) => FirstPort + id - 1;

    /// <summary>Where a broker listens.</summary>
    public string AddressOf(int id) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{PortOf(id)}");

    /// <summary>A broker's data directory.</summary>
    public string DataOf(int id) => Path.Combine(Directory, $"broker-{id}");

    /// <summary>The file that a broker's log goes to.</summary>
    public string LogOf(int id) => Path.Combine(Directory, $"broker-{id}.log");

    /// <summary>The command line of a broker, without the program.</summary>
    public IReadOnlyList<string> ArgumentsOf(int id) =>
    [
        "broker", "--data", DataOf(id), "--listen", AddressOf(id),
        "--set", $"broker.id={id}",
        "--set", $"metadata.store=sqlite:{Path.Combine(Directory, "metadata.db")}",
        "--set", $"default.replication.factor={Math.Min(3, Brokers)}",
        "--set", $"min.insync.replicas={(Brokers >= BrokersForTwoInSync ? 2 : 1)}",
        .. Settings.SelectMany(each => new[] { "--set", $"{each.Key}={each.Value}" }),
    ];
}
