using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace LogStore.Cli.CommandLine;

/// <summary>Parses a command line, runs the command and turns whatever goes wrong into one line and an exit code.</summary>
internal static class CommandRunner
{
    // A plain command as root, as the library would show its own by the name of the program's file.
    public static async Task<int> RunAsync(Command root, string[] args)
    {
        HelpOption help = new() { Recursive = true };
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.Options.Add(help);
        root.Options.Add(new VersionOption { Action = new VersionAction() });

        // Without a replacer: `--from @1700000000000` is a time, not the name of a file with more arguments.
        ParserConfiguration parsing = new() { ResponseFileTokenReplacer = null };
        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args, parsing);
        if (parsed.Action is ParseErrorAction) return ReportParseError(parsed);

        // Signals are the commands' own business (see Interruption): what was read must still be flushed.
        InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (Exception exception) when (ErrorReport.TryExplain(exception, out string? message, out int exitCode))
        {
            if (message.Length > 0) await Console.Error.WriteLineAsync($"logstore: {message}");
            return exitCode;
        }
    }

    private static int ReportParseError(ParseResult parsed)
    {
        // A mistyped subcommand is reported as a missing one first; the word itself says more.
        string message = parsed.UnmatchedTokens.Count > 0
            ? $"unknown command or argument '{parsed.UnmatchedTokens[0]}'"
            : parsed.Errors[0].Message.TrimEnd('.');
        Console.Error.WriteLine($"logstore: {ErrorReport.OneLine(message)}; see: {PathOf(parsed.CommandResult.Command)} --help");
        return ExitCode.Usage;
    }

    private static string PathOf(Command command)
    {
        Command? parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? command.Name : $"{PathOf(parent)} {command.Name}";
    }

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            string version = typeof(CommandRunner).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine($"logstore {version}");
            return ExitCode.Success;
        }
    }
}
