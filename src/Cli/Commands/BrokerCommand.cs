using System.CommandLine;
using LogStore.Broker;
using LogStore.Broker.Configuration;
using LogStore.Cli.Cluster;
using LogStore.Cli.CommandLine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore broker</c>.</summary>
internal static class BrokerCommand
{
    private const string DefaultListener = "PLAINTEXT://127.0.0.1:9092";

    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description = $"Where to listen; may be repeated (default: {DefaultListener})",
        HelpName = "[PROTOCOL://]HOST:PORT",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> Config = new("--config")
    {
        Description = "A file of settings, a line each: key=value",
        HelpName = "FILE",
    };

    private static readonly Option<KeyValuePair<string, string>[]> Set =
        CommonOptions.Pairs("--set", "One setting, instead of what the file says; may be repeated");

    private static readonly Option<ReplicationTransport?> Replication = CommonOptions.Replication();

    private static readonly Option<LogLevel?> Level = CommonOptions.Choice(
        "--log-level", "What is logged to standard error",
        ("info", LogLevel.Information), ("warn", LogLevel.Warning), ("error", LogLevel.Error), ("debug", LogLevel.Debug));

    private static readonly Option<bool> StopWithInput = new("--stop-with-input")
    {
        Description = "Stop when standard input ends, and leave Ctrl+C to the process that holds its other end",
    };

    public static Command Create()
    {
        CliCommand command = new("broker", "Serve the data directory to any Kafka client")
        {
            Notes = $"""
                Prints a line that begins with "ready" once clients are served. SIGTERM and Ctrl+C stop it gracefully: requests
                under way are answered, everything is flushed; a second signal ends it at once.

                Settings, by Kafka's names:
                {Settings()}
                """,
            Examples = """
                logstore broker --data /var/lib/logstore
                logstore broker --listen 127.0.0.1:9092 --set num.partitions=6 --set auto.create.topics.enable=false
                logstore broker --config broker.properties
                """,
        };
        foreach (Option option in (Option[])[Listen, Config, Set, Replication, Level, StopWithInput]) command.Options.Add(option);
        command.SetAction(parsed => Interruption.RunAsync(interruption => RunAsync(parsed, interruption)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Interruption interruption)
    {
        if (parsed.GetValue(StopWithInput)) interruption.FollowInput();
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(parsed.GetValue(Level) ?? LogLevel.Information)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.ColorBehavior = LoggerColorBehavior.Disabled;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                console.UseUtcTimestamp = true;
            })
            // Standard output is for what the command was asked for: the ready line.
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        BrokerOptions options = OptionsOf(parsed) with { LoggerFactory = logging };
        options = RdmaReplication.AddTo(options);
        await using BrokerServer broker = await BrokerServer.StartAsync(options, interruption.Token);
        Console.WriteLine(
            $"ready: broker {broker.BrokerId} of cluster {broker.ClusterId} on {string.Join(", ", broker.Listeners)}, " +
            $"data in {options.Directory}");
        TaskCompletionSource stop = new();
        await using (interruption.Token.Register(stop.SetResult)) await await Task.WhenAny(stop.Task, broker.Failure);
        await broker.StopAsync();
        return ExitCode.Success;
    }

    private static BrokerOptions OptionsOf(ParseResult parsed)
    {
        BrokerOptions options = new() { Directory = CommonOptions.DataDirectory(parsed) };
        if (parsed.GetValue(Config) is { } file) options = options.WithFile(file);
        foreach ((string name, string value) in parsed.GetRequiredValue(Set)) options = options.With(name, value);
        if (parsed.GetValue(Replication) is { } transport)
            options = options with { Cluster = options.Cluster with { ReplicationTransport = transport } };
        string[] listen = parsed.GetRequiredValue(Listen);
        if (listen.Length > 0) options = options.With("listeners", string.Join(',', listen));
        return options.Listeners.Count > 0 ? options : options.With("listeners", DefaultListener);
    }

    private static string Settings()
    {
        IReadOnlyList<BrokerSettings.Description> settings = BrokerSettings.Describe(new BrokerOptions { Directory = "." });
        int width = settings.Max(setting => setting.Name.Length);
        return string.Join('\n', settings.Select(setting =>
            $"  {setting.Name.PadRight(width)}  {setting.Help}{(setting.Value.Length > 0 ? $" ({setting.Value})" : "")}"));
    }
}
