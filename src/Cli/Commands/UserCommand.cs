using System.CommandLine;
using System.Text;
using LogStore.Broker.Security.Sasl;
using LogStore.Cli.CommandLine;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore user</c>: the users of a broker's SASL listeners.</summary>
internal static class UserCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The user's name" };

    private static readonly Option<string> File = new("--file")
    {
        Description = "The file of users: users.json in the broker's data directory, or its setting sasl.users.file",
        HelpName = "FILE",
        Required = true,
        Recursive = true,
    };

    public static Command Create()
    {
        CliCommand command = new("user", "Keep the file of users who log in to a broker")
        {
            Notes = """
                The file holds salted keys, no passwords. A running broker notices changes. What a user may do is said by:
                logstore acl
                """,
        };
        command.Options.Add(File);
        foreach (Command subcommand in (Command[])[CreateAdd(), CreateRemove(), CreateList()])
            command.Subcommands.Add(subcommand);
        return command;
    }

    private static CliCommand CreateAdd()
    {
        CliCommand command = new("add", "Add a user, or give one another password")
        {
            Notes = "The password is the first line of standard input, or asked for. It is no argument: others could see it.",
            Examples = "logstore user add alice --file data/users.json\n" +
                "logstore user add alice --file data/users.json < password.txt",
        };
        command.Arguments.Add(Name);
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(Name);
            if (name.Length == 0 || name.Any(char.IsControl))
                throw new UserErrorException("a user's name is not empty and has no control characters", ExitCode.Usage);
            UserFile users = UserFile.Open(PathOf(parsed));
            bool isNew = !users.Names.Contains(name);
            users.Set(name, ReadPassword(name));
            Console.WriteLine($"{(isNew ? "added user" : "changed the password of user")} {name}");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateRemove()
    {
        CliCommand command = new("remove", "Remove a user, without asking")
        {
            Examples = "logstore user remove alice --file data/users.json",
        };
        command.Arguments.Add(Name);
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(Name);
            if (!UserFile.Open(PathOf(parsed)).Remove(name))
                throw new UserErrorException($"there is no user '{name}' in '{PathOf(parsed)}'", ExitCode.NotFound);
            Console.WriteLine($"removed user {name}");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateList()
    {
        CliCommand command = new("list", "List the users' names, a line each")
        {
            Examples = "logstore user list --file data/users.json",
        };
        command.SetAction(parsed =>
        {
            foreach (string name in UserFile.Open(PathOf(parsed)).Names) Console.WriteLine(name);
            return ExitCode.Success;
        });
        return command;
    }

    private static string PathOf(ParseResult parsed) => parsed.GetRequiredValue(File) is { Length: > 0 } path
        ? path : throw new UserErrorException("--file takes a path, not an empty text", ExitCode.Usage);

    private static string ReadPassword(string name)
    {
        string password = Console.IsInputRedirected ? Console.In.ReadLine() ?? "" : Ask($"Password for {name}: ");
        if (password.Length == 0) throw new UserErrorException("the password must not be empty", ExitCode.Usage);
        if (!Console.IsInputRedirected && Ask("Once more: ") != password)
            throw new UserErrorException("the two passwords differ", ExitCode.Usage);
        return password;
    }

    /// <summary>Reads a line from the terminal without showing it.</summary>
    private static string Ask(string prompt)
    {
        Console.Error.Write(prompt);
        StringBuilder text = new();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter) break;
            if (key.Key == ConsoleKey.Backspace) text.Length = Math.Max(0, text.Length - 1);
            else if (!char.IsControl(key.KeyChar)) text.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return text.ToString();
    }
}
