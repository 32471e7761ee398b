using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace LogStore.Cli.Tests.Cluster;

/// <summary>Three brokers by <c>cluster local</c>, and commands that work through them. Tests use topics of their own.</summary>
public sealed class LocalClusterFixture : IAsyncLifetime
{
    private const int Brokers = 3;

    /// <summary>From here on the kernel gives ports to whoever asks for any.</summary>
    private const int FirstPortOfTheKernel = 32_768;

    /// <summary>Each process of tests begins somewhere else.</summary>
    private static int _nextPort = 20_000 + (Environment.ProcessId % 1000 * 10);

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<int, RunningCommand> _restarted = [];
    private RunningCommand? _cluster;
    private int _names;

    /// <summary>The first broker's port.</summary>
    internal int Port { get; } = FindPorts(Brokers);

    internal string Data => _directory["cluster"];

    internal string BootstrapServers { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _cluster = new RunningCommand(["cluster", "local", "--brokers", "3", "--port", $"{Port}", "--data", Data]);
        BootstrapServers = await ReadyAsync(_cluster);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RunningCommand broker in _restarted.Values) await broker.DisposeAsync();
        if (_cluster is not null) await StopAsync(_cluster);
        _directory.Dispose();
    }

    /// <summary>The bootstrap servers, once all brokers serve.</summary>
    internal static async Task<string> ReadyAsync(RunningCommand cluster)
    {
        string? ready = await cluster.Output.ReadLineAsync();
        if (ready is null) Assert.Fail((await cluster.FinishedAsync()).Error);
        Assert.StartsWith("ready: ", ready, StringComparison.Ordinal);
        return ready.Split("bootstrap servers ")[1].Split(", data")[0];
    }

    /// <summary>Ends a cluster by Ctrl+C, and it in turn its brokers.</summary>
    internal static async Task<CommandResult> StopAsync(RunningCommand cluster)
    {
        cluster.Interrupt();
        CommandResult result = await cluster.FinishedAsync();
        await cluster.DisposeAsync();
        return result;
    }

    /// <summary>The first of some neighbouring ports that are free now, and that no other test is given.</summary>
    internal static int FindPorts(int count)
    {
        while (true)
        {
            int port = Interlocked.Add(ref _nextPort, count) - count;
            Assert.True(port + count <= FirstPortOfTheKernel, $"there are no {count} free ports in a row");
            if (Enumerable.Range(port, count).All(IsFree)) return port;
        }
    }

    /// <summary>A name that no other test has.</summary>
    internal string NewName() => $"topic-{Interlocked.Increment(ref _names)}";

    internal async Task<string> CreateTopicAsync(int partitions = 1, params string[] config)
    {
        string name = NewName();
        string[] settings = [.. config.SelectMany(setting => new[] { "--config", setting })];
        (await RunAsync(["topic", "create", name, "--partitions", $"{partitions}", .. settings])).Succeeded();
        return name;
    }

    internal Task<CommandResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    internal async Task<CommandResult> RunWithInputAsync(string input, params string[] arguments)
    {
        await using RunningCommand command = new([.. arguments, "--bootstrap-server", BootstrapServers]);
        return await command.FinishAsync(Encoding.UTF8.GetBytes(input));
    }

    /// <summary>The partitions of a topic as <c>cluster status --json</c> has them.</summary>
    internal async Task<JsonElement[]> PartitionsAsync(string topic)
    {
        CommandResult result = await RunAsync("cluster", "status", "--topic", topic, "--json");
        using JsonDocument json = JsonDocument.Parse(result.Text);
        return [.. json.RootElement.Clone().GetProperty("partitions").EnumerateArray()];
    }

    /// <summary>Asks for the status until it is as it should be; the test's own time limit ends that.</summary>
    internal async Task<JsonElement[]> UntilAsync(string topic, Func<JsonElement, bool> isAsItShould)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            JsonElement[] partitions = await PartitionsAsync(topic);
            if (partitions.All(isAsItShould)) return partitions;
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"still {string.Join('\n', partitions)}");
        }
    }

    /// <summary>kill -9 of a broker, however it was started.</summary>
    internal async Task KillBrokerAsync(int id)
    {
        using Process broker = Process.GetProcessById(Assert.Single(ProcessesOf(Path.Combine(Data, $"broker-{id}"))));
        broker.Kill();
        await broker.WaitForExitAsync();
        if (_restarted.Remove(id, out RunningCommand? process)) await process.DisposeAsync();
    }

    /// <summary>Starts a broker again as the cluster's message says, and waits until it serves.</summary>
    internal async Task RestartBrokerAsync(int id)
    {
        RunningCommand broker = new(
        [
            "broker", "--data", Path.Combine(Data, $"broker-{id}"), "--listen", $"127.0.0.1:{Port + id - 1}", "--set",
            $"broker.id={id}", "--set", $"metadata.store=sqlite:{Path.Combine(Data, "metadata.db")}", "--set",
            "default.replication.factor=3", "--set", "min.insync.replicas=2", "--stop-with-input",
        ]);
        _restarted.Add(id, broker);
        Assert.StartsWith("ready", await broker.Output.ReadLineAsync() ?? "", StringComparison.Ordinal);
    }

    /// <summary>The processes that have a directory, or one below it, on their command line, as brokers have their data.</summary>
    internal static int[] ProcessesOf(string directory) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => (IsProcess: int.TryParse(Path.GetFileName(path), out int id), Id: id))
            .Where(process => process.IsProcess && ArgumentsOf(process.Id) is ["broker", "--data", var data, ..] &&
                (data == directory || data.StartsWith($"{directory}/", StringComparison.Ordinal)))
            .Select(process => process.Id),
    ];

    private static string[] ArgumentsOf(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Split('\0')[1..];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // It has just ended, or is somebody else's.
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
