using System.CommandLine;
using LogStore.Cli.Cluster;
using LogStore.Client;

namespace LogStore.Cli.CommandLine;

/// <summary>Commands that exist only through brokers.</summary>
internal static class AdminCommand
{
    /// <summary>Has a command work through the brokers that its line names.</summary>
    public static void SetAction(CliCommand command, Func<ParseResult, AdminClient, CancellationToken, Task> action) =>
        SetAction(
            command, _ => true, (parsed, _, admin, cancellationToken) => action(parsed, admin, cancellationToken));

    /// <summary>As above, for a command that has more to say than that it has succeeded: it returns its exit code.</summary>
    public static void SetAction(CliCommand command, Func<ParseResult, AdminClient, CancellationToken, Task<int>> action) =>
        command.SetAction(parsed => Interruption.RunAsync(async interruption =>
        {
            ClusterLocation cluster = ClusterOptions.Get(parsed);
            await using AdminClient admin = await cluster.OpenAdminAsync(interruption.Token);
            return await action(parsed, admin, interruption.Token);
        }));

    /// <summary>As above, with what <paramref name="read"/> makes of the line before anything is connected to.</summary>
    public static void SetAction<T>(
        CliCommand command, Func<ParseResult, T> read, Func<ParseResult, T, AdminClient, CancellationToken, Task> action) =>
        command.SetAction(parsed => Interruption.RunAsync(async interruption =>
        {
            T line = read(parsed);
            ClusterLocation cluster = ClusterOptions.Get(parsed);
            await using AdminClient admin = await cluster.OpenAdminAsync(interruption.Token);
            await action(parsed, line, admin, interruption.Token);
            return ExitCode.Success;
        }));
}
