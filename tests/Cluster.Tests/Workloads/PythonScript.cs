using System.Diagnostics;
using Xunit;

namespace LogStore.Cluster.Tests.Workloads;

/// <summary>The script for kafka-python under way, which ends when its input does. Disposing of it kills it.</summary>
internal sealed class PythonScript : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Debian's, which has the package.
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly Task _reading;

    /// <param name="read">Given each line that it prints.</param>
    /// <param name="arguments">What it is to do.</param>
    public PythonScript(Action<string> read, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(
            Python, [Path.Combine(AppContext.BaseDirectory, "scripts/kafka_python.py"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _error = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync(read);
    }

    /// <summary>Has it come to its end by itself.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _reading.WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(_process.ExitCode == 0, $"kafka-python ended with {_process.ExitCode}: {await _error}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync(Action<string> read)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line) read(line);
    }
}
