using System.Diagnostics;
using System.Globalization;

namespace LogStore.Bench.Broker.Servers;

/// <summary>
/// A node of <c>rabbitmq-server</c> with its stream plugin: with a name, ports, a cookie and a port mapper (epmd) of its own, so
/// that it meets no other that may run on this machine.
/// </summary>
/// <param name="home">A directory that the nodes of a cluster share: their cookie lies there.</param>
/// <param name="number">The node's number in its cluster.</param>
/// <param name="mapperPort">Where its port mapper listens.</param>
/// <param name="seed">The node whose cluster it joins when it is first started; null to be a cluster.</param>
internal sealed class RabbitNode(string home, int number, int mapperPort, RabbitNode? seed = null)
{
    // Debian's own script in /usr/sbin changes the user.
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly string _directory = Path.Combine(home, $"node-{Text(number)}");
    private readonly int _distributionPort = ServerProcess.FreePort();

    public static string Version =>
        $"rabbitmq-server {Programs.FirstLine("dpkg-query", "-W", "-f", "${Version}", "rabbitmq-server")}";

    /// <summary>Where it speaks the stream protocol.</summary>
    public int Port { get; } = ServerProcess.FreePort();

    private string Name => $"bench-{Text(Environment.ProcessId)}-{Text(number)}@localhost";

    /// <summary>Starts the port mapper, which nodes need first.</summary>
    public static ServerProcess StartMapper(int port)
    {
        ProcessStartInfo start = new("epmd", ["-port", Text(port), "-address", "127.0.0.1", "-d"]);
        return ServerProcess.Start(start, "epmd running");
    }

    public ServerProcess Start()
    {
        Directory.CreateDirectory(_directory);
        WriteConfiguration();
        return ServerProcess.Start(With(new ProcessStartInfo(Program)), "completed with");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void WriteConfiguration()
    {
        string cluster = seed is null ? "" : $"""
            cluster_formation.peer_discovery_backend = classic_config
            cluster_formation.classic_config.nodes.1 = {seed.Name}
            cluster_formation.classic_config.nodes.2 = {Name}

            """;
        File.WriteAllText(Path.Combine(_directory, "rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{Text(ServerProcess.FreePort())}
            stream.listeners.tcp.1 = 127.0.0.1:{Text(Port)}
            stream.advertised_host = 127.0.0.1
            stream.advertised_port = {Text(Port)}
            {cluster}
            """ + "\n");
        File.WriteAllText(Path.Combine(_directory, "enabled_plugins"), "[rabbitmq_stream].\n");
    }

    private ProcessStartInfo With(ProcessStartInfo start)
    {
        (string Name, string Value)[] settings =
        [
            ("HOME", home), // The cookie lies there.
            ("ERL_EPMD_PORT", Text(mapperPort)),
            ("ERL_EPMD_ADDRESS", "127.0.0.1"),
            ("RABBITMQ_NODENAME", Name),
            ("RABBITMQ_DIST_PORT", Text(_distributionPort)),
            ("RABBITMQ_MNESIA_BASE", Path.Combine(_directory, "data")),
            ("RABBITMQ_LOG_BASE", Path.Combine(_directory, "log")),
            ("RABBITMQ_CONFIG_FILE", Path.Combine(_directory, "rabbitmq.conf")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(_directory, "enabled_plugins")),
            ("RABBITMQ_CONF_ENV_FILE", Path.Combine(_directory, "none")),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        ];
        foreach ((string name, string value) in settings) start.Environment[name] = value;
        start.WorkingDirectory = _directory;
        return start;
    }
}
