using System.CommandLine;
using LogStore.Cli.CommandLine;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore cluster</c>: status, reassign, elect, local.</summary>
internal static class ClusterCommand
{
    public static Command Create()
    {
        CliCommand command = new("cluster", "Look at a cluster of brokers, move its partitions, run one on this machine")
        {
            Notes = ClusterOptions.Notes,
        };
        ClusterOptions.AddTo(command);
        foreach (Command subcommand in (Command[])
        [
            ClusterStatusCommand.Create(), ClusterReassignCommand.Create(), ClusterElectCommand.Create(),
            ClusterLocalCommand.Create(),
        ])
        {
            command.Subcommands.Add(subcommand);
        }

        return command;
    }
}
