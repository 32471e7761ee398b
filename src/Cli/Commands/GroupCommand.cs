using System.CommandLine;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Groups;
using LogStore.Cli.Output;
using LogStore.Client;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore group</c>: list, describe, reset-offsets, delete.</summary>
internal static class GroupCommand
{
    private static readonly Argument<string> Name = new("GROUP") { Description = "The group" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    public static Command Create()
    {
        CliCommand command = new("group", "Look at consumer groups, move them, delete them") { Notes = ClusterOptions.Notes };
        ClusterOptions.AddTo(command);
        foreach (Command subcommand in (Command[])[CreateList(), CreateDescribe(), ResetOffsetsCommand.Create(), CreateDelete()])
            command.Subcommands.Add(subcommand);
        return command;
    }

    private static CliCommand CreateList()
    {
        CliCommand command = new("list", "List all groups") { Examples = "logstore group list" };
        command.Options.Add(Json);
        AdminCommand.SetAction(command, async (parsed, admin, cancellationToken) =>
        {
            IReadOnlyList<GroupListing> listed = await admin.ListGroupsAsync(cancellationToken);
            GroupDescription[] groups =
                await Task.WhenAll(listed.Select(each => admin.DescribeGroupAsync(each.GroupId, cancellationToken)));
            Report.Print(
                parsed.GetValue(Json), () => GroupReport.ListAsText(groups), json => GroupReport.WriteListAsJson(json, groups));
        });
        return command;
    }

    private static CliCommand CreateDescribe()
    {
        CliCommand command = new("describe", "Show a group's members, and how far it is in each partition")
        {
            Notes = "LAG is how many offsets lie between the group's committed offset and the partition's end.",
            Examples = "logstore group describe workers\nlogstore group describe workers --json",
        };
        command.Arguments.Add(Name);
        command.Options.Add(Json);
        AdminCommand.SetAction(command, async (parsed, admin, cancellationToken) =>
        {
            GroupStatus status = await GroupStatus.ReadAsync(admin, parsed.GetRequiredValue(Name), cancellationToken);
            Report.Print(
                parsed.GetValue(Json), () => GroupReport.DescribeAsText(status),
                json => GroupReport.WriteDescriptionAsJson(json, status));
        });
        return command;
    }

    private static CliCommand CreateDelete()
    {
        Argument<string[]> names = new("GROUP")
        {
            Description = "The groups",
            Arity = ArgumentArity.OneOrMore,
        };
        CliCommand command = new("delete", "Delete groups that have no members, and their offsets, without asking")
        {
            Examples = "logstore group delete workers",
        };
        command.Arguments.Add(names);
        AdminCommand.SetAction(command, async (parsed, admin, cancellationToken) =>
        {
            foreach (string name in parsed.GetRequiredValue(names))
            {
                await admin.DeleteGroupsAsync([name], cancellationToken);
                Console.WriteLine($"deleted group {name}");
            }
        });
        return command;
    }
}
