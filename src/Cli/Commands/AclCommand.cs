using System.CommandLine;
using LogStore.Cli.Acls;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Client;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore acl</c>: add, remove, list.</summary>
internal static class AclCommand
{
    private static readonly Option<string[]> Allow = Principals("--allow-principal", "Who is allowed to; may be repeated");

    private static readonly Option<string[]> Deny =
        Principals("--deny-principal", "Who is denied it, whatever else allows it; may be repeated");

    private static readonly Option<string[]> Either =
        Principals("--principal", "Whose rules, those that allow and those that deny; may be repeated");

    private static readonly Option<string?> Host = new("--host")
    {
        Description = "From which address (adding: default *, everywhere)",
        HelpName = "HOST",
    };

    private static readonly Option<AclOperation[]> Operations = new("--operation")
    {
        Description = $"What: {string.Join(", ", AclWords.Operations.Select(each => each.Word))} (adding: default all); " +
            "may be repeated",
        HelpName = "OPERATION",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            List<AclOperation> operations = [];
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                if (AclWords.FindOperation(text) is { } operation) operations.Add(operation);
                else
                    result.AddError(
                        $"--operation takes {string.Join('|', AclWords.Operations.Select(each => each.Word))}, not '{text}'");
            }

            return [.. operations];
        },
    };

    private static readonly Option<string[]> Topics = Names("--topic", "On this topic, * for all; may be repeated");

    private static readonly Option<string[]> Groups = Names("--group", "On this group, * for all; may be repeated");

    private static readonly Option<bool> Cluster = new("--cluster") { Description = "On the cluster itself" };

    private static readonly Option<AclPatternType?> Pattern = CommonOptions.Choice(
        "--resource-pattern-type", "Whether names are whole ones or beginnings",
        ("literal", AclPatternType.Literal), ("prefixed", AclPatternType.Prefixed));

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    public static Command Create()
    {
        CliCommand command = new("acl", "Say who may do what on the brokers") { Notes = ClusterOptions.Notes };
        ClusterOptions.AddTo(command);
        foreach (Command subcommand in (Command[])[CreateAdd(), CreateRemove(), CreateList()])
            command.Subcommands.Add(subcommand);
        return command;
    }

    private static CliCommand CreateAdd()
    {
        CliCommand command = new("add", "Add rules: one for each principal, operation and resource given")
        {
            Examples = """
                logstore acl add --allow-principal User:alice --operation read --operation describe --topic words
                logstore acl add --allow-principal User:app --operation write --topic app. --resource-pattern-type prefixed
                logstore acl add --deny-principal User:bob --host 10.0.0.7 --cluster
                """,
        };
        foreach (Option option in (Option[])[Allow, Deny, Host, Operations, Topics, Groups, Cluster, Pattern])
            command.Options.Add(option);
        AdminCommand.SetAction(
            command, parsed => LineOf(parsed).Bindings(), async (_, acls, admin, cancellationToken) =>
        {
            await admin.CreateAclsAsync(acls, cancellationToken);
            Console.WriteLine($"added {Quantity.Count(acls.Count, "rule")}");
        });
        return command;
    }

    private static CliCommand CreateRemove()
    {
        CliCommand command = new("remove", "Remove the rules that match, without asking, and print them")
        {
            Notes = "What is not given matches every rule; at least one thing must be given. Try it with: logstore acl list",
            Examples = "logstore acl remove --principal User:alice\nlogstore acl remove --topic words --operation write",
        };
        AddFilterOptions(command);
        AdminCommand.SetAction(
            command,
            parsed => LineOf(parsed) is { IsEmpty: false } line ? line : throw new UserErrorException(
                "say which rules: give a principal, an operation, a host or a resource", ExitCode.Usage),
            async (parsed, line, admin, cancellationToken) =>
        {
            HashSet<AclBinding> removed = [];
            foreach (AclFilter filter in line.Filters())
                removed.UnionWith(await admin.DeleteAclsAsync(filter, cancellationToken));
            Print(parsed, removed);
        });
        return command;
    }

    private static CliCommand CreateList()
    {
        CliCommand command = new("list", "List the rules that match; all of them unless something is given")
        {
            Examples = "logstore acl list\nlogstore acl list --topic words --json",
        };
        AddFilterOptions(command);
        AdminCommand.SetAction(command, async (parsed, admin, cancellationToken) =>
        {
            HashSet<AclBinding> found = [];
            foreach (AclFilter filter in LineOf(parsed).Filters())
                found.UnionWith(await admin.DescribeAclsAsync(filter, cancellationToken));
            Print(parsed, found);
        });
        return command;
    }

    private static void AddFilterOptions(CliCommand command)
    {
        foreach (Option option in (Option[])
                 [Either, Allow, Deny, Host, Operations, Topics, Groups, Cluster, Pattern, Json])
            command.Options.Add(option);
    }

    private static void Print(ParseResult parsed, IReadOnlyCollection<AclBinding> acls) => Report.Print(
        parsed.GetValue(Json), () => AclReport.AsText(acls), json => AclReport.WriteAsJson(json, acls));

    private static AclLine LineOf(ParseResult parsed) => new()
    {
        Allowed = parsed.GetValue(Allow) ?? [],
        Denied = parsed.GetValue(Deny) ?? [],
        Either = parsed.GetValue(Either) ?? [],
        Host = parsed.GetValue(Host),
        Operations = parsed.GetValue(Operations) ?? [],
        Topics = parsed.GetValue(Topics) ?? [],
        Groups = parsed.GetValue(Groups) ?? [],
        Cluster = parsed.GetValue(Cluster),
        Pattern = parsed.GetValue(Pattern),
    };

    private static Option<string[]> Principals(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "User:NAME",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                // A name without its type would make a rule that nobody ever falls under.
                if (!text.StartsWith("User:", StringComparison.Ordinal) || text.Length == "User:".Length)
                    result.AddError($"{name} takes User:NAME, or User:* for everybody, not '{text}'");
            }

            return [.. result.Tokens.Select(token => token.Value)];
        },
    };

    private static Option<string[]> Names(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0)) result.AddError($"{name} takes a name, not an empty text");
            return [.. result.Tokens.Select(token => token.Value)];
        },
    };
}
