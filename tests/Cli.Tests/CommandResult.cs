using System.Text;

namespace LogStore.Cli.Tests;

/// <summary>What a finished command left behind.</summary>
internal sealed record CommandResult(int ExitCode, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Asserts that the command did what it was asked to.</summary>
    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return this;
    }

    /// <summary>Asserts an exit code and exactly one line on standard error, as every error of a user has it.</summary>
    public void FailedWith(int exitCode, string message)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, not {exitCode}: {Error}");
        Assert.StartsWith("logstore: ", Error, StringComparison.Ordinal);
        Assert.True(Error.IndexOf('\n') == Error.Length - 1, $"not one line: {Error}");
        Assert.Contains(message, Error, StringComparison.Ordinal);
    }
}
