using System.CommandLine;
using LogStore.Broker;
using LogStore.Cli.Cluster.Local;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore cluster local</c>.</summary>
internal static class ClusterLocalCommand
{
    private const int DefaultBrokers = 3;
    private const int MostBrokers = 99;
    private const int DefaultPort = 9092;

    /// <summary>Not the directory of a single broker, which means something else.</summary>
    private const string DefaultData = "./logstore-cluster";

    private static readonly Option<int?> Brokers = CommonOptions.Number(
        "--brokers", $"How many brokers (default: {DefaultBrokers})", "N", 1, MostBrokers);

    private static readonly Option<int?> Port = CommonOptions.Number(
        "--port", $"The first broker's port; the others take the next ones (default: {DefaultPort})", "PORT", 1, ushort.MaxValue);

    private static readonly Option<KeyValuePair<string, string>[]> Set =
        CommonOptions.Pairs("--set", "A setting of all brokers; may be repeated; see: logstore broker --help");

    private static readonly Option<ReplicationTransport?> Replication = CommonOptions.Replication();

    public static Command Create()
    {
        CliCommand command = new("local", "Run a whole cluster on this machine, to try and to test with")
        {
            Notes = $"""
                Each broker is a process of its own on 127.0.0.1, so that what happens when one dies can be seen: kill -9 it.
                All is kept in --data DIR (default: {DefaultData}): metadata.db, which the brokers agree through,
                broker-1, broker-2, ... with their records, and their logs broker-1.log, ... Warnings and errors are shown as
                well. Started again, it goes on with what is there.

                Topics have 3 replicas, of which 2 must be in sync, as far as there are as many brokers.

                Prints a line that begins with "ready", with the bootstrap servers, once all serve. A broker that ends is told
                of, and not started again. Ctrl+C and SIGTERM stop all in turn; if this process is killed, they stop too.
                """,
            Examples = """
                logstore cluster local
                logstore cluster local --brokers 5 --data /tmp/five --port 19092
                logstore cluster local --set num.partitions=6
                """,
        };
        foreach (Option option in (Option[])[Brokers, Port, Set, Replication]) command.Options.Add(option);
        command.SetAction(parsed => Interruption.RunAsync(interruption => RunAsync(parsed, interruption)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Interruption interruption)
    {
        LocalClusterOptions options = OptionsOf(parsed);
        await using LocalCluster cluster = await LocalCluster.StartAsync(options, interruption.Token);
        Console.WriteLine(
            $"ready: {Quantity.Count(options.Brokers, "broker")}, bootstrap servers {options.BootstrapServers}, " +
            $"data in {options.Directory}");
        await cluster.WatchAsync(interruption.Token);
        return interruption.Token.IsCancellationRequested
            ? ExitCode.Success
            : throw new UserErrorException($"all brokers have ended; see their logs in {options.Directory}");
    }

    private static LocalClusterOptions OptionsOf(ParseResult parsed)
    {
        int brokers = parsed.GetValue(Brokers) ?? DefaultBrokers;
        int port = parsed.GetValue(Port) ?? DefaultPort;
        if (port + brokers - 1 > ushort.MaxValue)
        {
            throw new UserErrorException(
                $"--port {port} leaves no ports for {Quantity.Count(brokers, "broker")}; the last one is {ushort.MaxValue}",
                ExitCode.Usage);
        }

        string data = parsed.GetValue(CommonOptions.Data) is null ? DefaultData : CommonOptions.DataDirectory(parsed);
        List<KeyValuePair<string, string>> settings = [.. parsed.GetRequiredValue(Set)];
        if (parsed.GetValue(Replication) is { } transport)
            settings.Add(new("replication.transport", transport.ToString().ToLowerInvariant()));
        return new LocalClusterOptions(Path.GetFullPath(data), brokers, port, settings);
    }
}
