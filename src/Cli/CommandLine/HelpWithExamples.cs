using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace LogStore.Cli.CommandLine;

/// <summary>The library's help for a command, followed by the command's own notes and examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not CliCommand command) return ExitCode.Success;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Write(output, "Notes:", command.Notes);
        Write(output, "Examples:", command.Examples);
        return ExitCode.Success;
    }

    private static void Write(TextWriter output, string title, string? text)
    {
        if (text is null) return;
        output.WriteLine(title);
        foreach (string line in text.Split('\n')) output.WriteLine(line.Length == 0 ? "" : "  " + line);
        output.WriteLine();
    }
}
