using System.Diagnostics;

namespace LogStore.Cli.Tests;

/// <summary>A <c>logstore</c> process under way. Disposing it kills it.</summary>
internal sealed class RunningCommand : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    public RunningCommand(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "LogStore.Cli"))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LOGSTORE_DATA");
        start.Environment.Remove("LOGSTORE_BOOTSTRAP_SERVER");
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public StreamReader Output => _process.StandardOutput;

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    /// <summary>SIGINT, as Ctrl+C sends it.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Gives it its input and waits for its end.</summary>
    public async Task<CommandResult> FinishAsync(ReadOnlyMemory<byte> input = default)
    {
        Task feeding = FeedAsync(input);
        using MemoryStream output = new();
        await _process.StandardOutput.BaseStream.CopyToAsync(output);
        await feeding;
        await _process.WaitForExitAsync();
        return new CommandResult(_process.ExitCode, output.ToArray(), await _error);
    }

    /// <summary>Waits for its end, whatever became of its input and output.</summary>
    public async Task<CommandResult> FinishedAsync()
    {
        await _process.WaitForExitAsync();
        return new CommandResult(_process.ExitCode, [], await _error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task FeedAsync(ReadOnlyMemory<byte> input)
    {
        try
        {
            await Input.WriteAsync(input);
            Input.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input: that is for its exit code to say.
        }
    }
}
