namespace LogStore.Cli;

/// <summary>A mistake or a condition that the user can act on: it is printed as one line, never with a stack trace.</summary>
internal sealed class UserErrorException(string message, int exitCode = ExitCode.Failure) : Exception(message)
{
    /// <summary>The process's exit code, one of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
