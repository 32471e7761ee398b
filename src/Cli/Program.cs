using System.CommandLine;
using LogStore.Cli;
using LogStore.Cli.Commands;

RootCommand root = new("The replicated log store for .NET.");
root.Subcommands.Add(RdmaCommand.Create());

try
{
    InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false };
    return await root.Parse(args).InvokeAsync(configuration).ConfigureAwait(false);
}
catch (UserErrorException error)
{
    Console.Error.WriteLine($"logstore: {error.Message}");
    return error.ExitCode;
}
