using System.Diagnostics;

namespace LogStore.Cli.Tests;

/// <summary>Runs scripts, for what only a shell can set up: redirections, variables, limits.</summary>
internal static class Shell
{
    /// <summary>The path of the command.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "LogStore.Cli");

    public static async Task<CommandResult> RunAsync(string script)
    {
        ProcessStartInfo start = new("sh", ["-c", script])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        using MemoryStream output = new();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, output.ToArray(), await error);
    }
}
