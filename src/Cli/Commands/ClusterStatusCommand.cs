using System.CommandLine;
using LogStore.Cli.Cluster.Status;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Client;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore cluster status</c>.</summary>
internal static class ClusterStatusCommand
{
    private const int LongestWatch = 3600;

    /// <summary>Clears the terminal and goes to its top. Source: ECMA-48, ED and CUP.</summary>
    private const string ClearScreen = "\e[2J\e[H";

    private static readonly Option<string?> Topic = new("--topic") { Description = "Only this topic", HelpName = "TOPIC" };

    private static readonly Option<bool> Unhealthy = new("--unhealthy")
    {
        Description = "Only partitions that lack a leader or a replica in sync",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    private static readonly Option<int?> Watch = CommonOptions.Number(
        "--watch", "Print it again and again, so many seconds apart, until Ctrl+C", "SECONDS", 1, LongestWatch);

    public static Command Create()
    {
        CliCommand command = new("status", "Show the brokers, and who leads, has and follows each partition")
        {
            Notes = """
                REPLICAS names the preferred leader first. LAG is, for each follower, how many offsets its log lacks of what is
                committed, by its own word; ? where its broker does not say. Links are shown as the lower broker of each sees
                them: what carries replication, and through what, or why not by RDMA.

                The exit code is 6 if a partition has no leader or fewer replicas in sync than min.insync.replicas, and 0
                otherwise, also if one is only under-replicated.
                """,
            Examples = """
                logstore cluster status
                logstore cluster status --topic words --watch 1
                logstore cluster status --unhealthy --json
                """,
        };
        foreach (Option option in (Option[])[Topic, Unhealthy, Json, Watch]) command.Options.Add(option);
        AdminCommand.SetAction(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, AdminClient admin, CancellationToken cancellationToken)
    {
        bool asJson = parsed.GetValue(Json);
        while (true)
        {
            ClusterStatus status = await ClusterStatus.ReadAsync(admin, parsed.GetValue(Topic), cancellationToken);
            PartitionHealth[] shown = [.. status.Partitions.Where(each => !parsed.GetValue(Unhealthy) || !each.IsWell)];
            int? pause = parsed.GetValue(Watch);
            if (pause is not null && !asJson && !Console.IsOutputRedirected) Console.Write(ClearScreen);
            Report.Print(
                asJson, () => StatusReport.AsText(status, shown), json => StatusReport.WriteJson(json, status, shown));
            if (pause is null) return status.Partitions.All(each => each.IsServed) ? ExitCode.Success : ExitCode.Unserved;
            await Task.Delay(TimeSpan.FromSeconds(pause.Value), cancellationToken);
        }
    }
}
