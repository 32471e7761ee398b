using System.CommandLine;

namespace LogStore.Cli.CommandLine;

/// <summary>A command whose help ends with notes and examples.</summary>
internal sealed class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>What a user should know beyond the list of options; printed as it stands.</summary>
    public string? Notes { get; init; }

    /// <summary>Commands to try, one on each line.</summary>
    public string? Examples { get; init; }
}
