using System.Text;

namespace LogStore.Cli.Tests.Cluster;

/// <summary>A broker process and commands that work through it. Tests share it and use topics of their own.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _settings;
    private RunningCommand? _broker;
    private int _names;

    public BrokerFixture() => _settings = [];

    /// <param name="settings">The broker's settings, as <c>key=value</c>.</param>
    internal BrokerFixture(params string[] settings) => _settings = [.. settings.SelectMany(each => new[] { "--set", each })];

    /// <summary>Where the broker listens.</summary>
    internal string Address { get; private set; } = "";

    internal string Data => _directory["data"];

    /// <summary>The path of a file of a test's own.</summary>
    internal string this[string name] => _directory[name];

    public async ValueTask InitializeAsync()
    {
        _broker = new RunningCommand(["broker", "--data", Data, "--listen", "127.0.0.1:0", "--log-level", "error", .. _settings]);
        string ready = await _broker.Output.ReadLineAsync() ?? "";
        Assert.StartsWith("ready", ready, StringComparison.Ordinal);
        Address = ready.Split("PLAINTEXT://")[1].Split(',')[0];
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>A name that no other test has.</summary>
    internal string NewName() => $"name-{Interlocked.Increment(ref _names)}";

    /// <summary>Makes a topic of a new name.</summary>
    internal async Task<string> CreateTopicAsync(int partitions = 1, params string[] config)
    {
        string name = NewName();
        string[] settings = [.. config.SelectMany(setting => new[] { "--config", setting })];
        (await RunAsync(["topic", "create", name, "--partitions", partitions.ToString(), .. settings])).Succeeded();
        return name;
    }

    internal RunningCommand Start(params string[] arguments) => new([.. arguments, "--bootstrap-server", Address]);

    internal Task<CommandResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    internal Task<CommandResult> RunWithInputAsync(string input, params string[] arguments) =>
        RunWithInputAsync(Encoding.UTF8.GetBytes(input), arguments);

    internal async Task<CommandResult> RunWithInputAsync(byte[] input, params string[] arguments)
    {
        await using RunningCommand command = Start(arguments);
        return await command.FinishAsync(input);
    }

    internal async Task<CommandResult> ProduceAsync(string topic, string input, params string[] options) =>
        (await RunWithInputAsync(input, ["produce", topic, .. options])).Succeeded();

    internal async Task<CommandResult> ConsumeAsync(string topic, params string[] options) =>
        (await RunAsync(["consume", topic, .. options])).Succeeded();
}
