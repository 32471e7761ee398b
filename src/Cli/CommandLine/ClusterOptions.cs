using System.CommandLine;
using LogStore.Cli.Cluster;

namespace LogStore.Cli.CommandLine;

/// <summary>The options by which a command talks to brokers in place of opening a data directory.</summary>
internal static class ClusterOptions
{
    /// <summary>The environment variable that stands in for <c>--bootstrap-server</c>.</summary>
    public const string Variable = "LOGSTORE_BOOTSTRAP_SERVER";

    /// <summary>Where the brokers are if nothing says so: where <c>logstore broker</c> listens.</summary>
    private const string DefaultServer = "127.0.0.1:9092";

    private static readonly Option<string?> BootstrapServer = new("--bootstrap-server")
    {
        Description = $"Work through these brokers (else ${Variable})",
        HelpName = "HOST:PORT[,HOST:PORT]",
        Recursive = true,
    };

    private static readonly Option<string?> ClientConfig = new("--client-config")
    {
        Description = "A file of client settings, a line each: security.protocol=ssl, ssl.ca.location=ca.pem, ...",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly Option<KeyValuePair<string, string>[]> ClientSet = CreateClientSet();

    /// <summary>What help says of them.</summary>
    public const string Notes = """
        With --bootstrap-server it talks to brokers, any that speak Kafka's protocol, in place of opening --data.
        --client-config and --client-set take the ecosystem's own keys: security.protocol, ssl.ca.location,
        sasl.mechanism, sasl.username, sasl.password, client.id, request.timeout.ms, ...
        """;

    /// <summary>Gives a command, and those below it, these options.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(BootstrapServer);
        command.Options.Add(ClientConfig);
        command.Options.Add(ClientSet);
    }

    /// <summary>The cluster that a command line names; null where it means a data directory.</summary>
    /// <exception cref="UserErrorException">It names both.</exception>
    public static ClusterLocation? Find(ParseResult parsed)
    {
        string? variable = VariableOf(Variable);
        string? option = FirstOption(parsed);
        if (parsed.GetValue(CommonOptions.Data) is not null)
        {
            return option is null ? null : throw new UserErrorException(
                $"--data names a directory and {option} a cluster: give one of them", ExitCode.Usage);
        }

        if (option is not null) return Locate(parsed, variable);
        if (variable is null) return null;
        return VariableOf(CommonOptions.DataVariable) is null ? Locate(parsed, variable) : throw new UserErrorException(
            $"{CommonOptions.DataVariable} and {Variable} are both set: say which with --data or --bootstrap-server",
            ExitCode.Usage);
    }

    /// <summary>The cluster, for a command that exists only over the network.</summary>
    public static ClusterLocation Get(ParseResult parsed) => parsed.GetValue(CommonOptions.Data) is null
        ? Locate(parsed, VariableOf(Variable))
        : throw new UserErrorException(
            "this works through brokers only: give --bootstrap-server in place of --data", ExitCode.Usage);

    private static ClusterLocation Locate(ParseResult parsed, string? variable)
    {
        List<KeyValuePair<string, string>> settings = [.. parsed.GetValue(ClientSet) ?? []];
        if (parsed.GetValue(BootstrapServer) is { } servers) settings.Add(new("bootstrap.servers", servers));
        return ClusterLocation.Create(parsed.GetValue(ClientConfig), settings, variable ?? DefaultServer);
    }

    private static string? FirstOption(ParseResult parsed) =>
        parsed.GetValue(BootstrapServer) is not null ? BootstrapServer.Name
        : parsed.GetValue(ClientConfig) is not null ? ClientConfig.Name
        : parsed.GetValue(ClientSet) is { Length: > 0 } ? ClientSet.Name
        : null;

    private static string? VariableOf(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static Option<KeyValuePair<string, string>[]> CreateClientSet()
    {
        Option<KeyValuePair<string, string>[]> option =
            CommonOptions.Pairs("--client-set", "One client setting, instead of what the file says; may be repeated");
        option.Recursive = true;
        return option;
    }
}
