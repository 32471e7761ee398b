using System.Text;

namespace LogStore.Cli.Tests;

/// <summary>A data directory and the commands of a test on it.</summary>
internal sealed class DataFixture : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public string Data => _directory["data"];

    /// <summary>The path of a file beside the data directory.</summary>
    public string this[string name] => _directory[name];

    /// <summary>Starts a command on the data directory.</summary>
    public RunningCommand Start(params string[] arguments) => new([.. arguments, "--data", Data]);

    /// <summary>Runs a command on the data directory to its end.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public Task<CommandResult> RunWithInputAsync(string input, params string[] arguments) =>
        RunWithInputAsync(Encoding.UTF8.GetBytes(input), arguments);

    public async Task<CommandResult> RunWithInputAsync(byte[] input, params string[] arguments)
    {
        await using RunningCommand command = Start(arguments);
        return await command.FinishAsync(input);
    }

    /// <summary>Makes a topic.</summary>
    public async Task CreateTopicAsync(string name = "t", int partitions = 1, params string[] config) =>
        (await RunAsync(["topic", "create", name, "--partitions", partitions.ToString(), .. config.SelectMany(setting => new[] { "--config", setting })]))
        .Succeeded();

    /// <summary>Produces a text as standard input.</summary>
    public async Task<CommandResult> ProduceAsync(string input, params string[] options) =>
        (await RunWithInputAsync(input, ["produce", "t", .. options])).Succeeded();

    /// <summary>Reads a topic to its end.</summary>
    public async Task<CommandResult> ConsumeAsync(params string[] options) =>
        (await RunAsync(["consume", "t", .. options])).Succeeded();

    public void Dispose() => _directory.Dispose();
}
