using System.CommandLine;
using LogStore.Cli;

RootCommand root = new("The replicated log store for .NET.");

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
