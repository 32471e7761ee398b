using System.Diagnostics;
using System.Globalization;

namespace LogStore.Cluster.Tests.Processes;

/// <summary>A broker of a cluster: a process that can be ended, halted and started again on its directory.</summary>
/// <remarks>Not thread-safe, but for its log. Disposing it kills the process.</remarks>
internal sealed class BrokerNode(int brokerId, int port, string directory, string logPath, string[] settings) : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private Process? _process;
    private Task _reading = Task.CompletedTask;

    public int BrokerId { get; } = brokerId;

    public string Address { get; } = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    public string Directory { get; } = directory;

    /// <summary>Whether it serves: it runs, and is not halted.</summary>
    public bool IsServing => _process is not null && !IsHalted;

    public bool IsHalted { get; private set; }

    /// <summary>Starts it, and waits until it serves.</summary>
    public async Task StartAsync()
    {
        if (_process is not null) throw new InvalidOperationException($"Broker {BrokerId} runs already.");
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "LogStore.Cli"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LOGSTORE_DATA");
        // Many start, and none lives long: what pays off later is not worth its time.
        start.Environment["DOTNET_TieredPGO"] = "0";
        List<string> arguments = ["broker", "--data", Directory, "--listen", Address];
        foreach (string setting in settings) arguments.AddRange(["--set", setting]);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        Note($"starting broker {BrokerId}");
        Process process = _process = Process.Start(start)!;
        _reading = ReadLogAsync(process.StandardError);
        string? ready = await process.StandardOutput.ReadLineAsync().WaitAsync(StartPatience);
        if (ready?.StartsWith("ready", StringComparison.Ordinal) == true) return;
        await KillAsync();
        throw new InvalidOperationException($"Broker {BrokerId} did not start:\n{ReadLog(20)}");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Note($"killing broker {BrokerId}");
        _process!.Kill();
        await EndAsync();
    }

    /// <summary>SIGTERM; it hands over what it leads.</summary>
    public async Task StopAsync()
    {
        Note($"stopping broker {BrokerId}");
        await Signals.TerminateAsync(_process!.Id);
        await _process.WaitForExitAsync().WaitAsync(StopPatience);
        int exitCode = _process.ExitCode;
        await EndAsync();
        if (exitCode != 0) throw new InvalidOperationException($"Broker {BrokerId} ended with {exitCode}:\n{ReadLog(20)}");
    }

    /// <summary>SIGSTOP: it is there, and does nothing.</summary>
    public async Task HaltAsync()
    {
        Note($"halting broker {BrokerId}");
        IsHalted = true;
        await Signals.StopAsync(_process!.Id);
    }

    /// <summary>SIGCONT: it goes on where it was, and knows of nothing.</summary>
    public async Task ContinueAsync()
    {
        Note($"continuing broker {BrokerId}");
        await Signals.ContinueAsync(_process!.Id);
        IsHalted = false;
    }

    /// <summary>The last lines that it has logged.</summary>
    public string ReadLog(int lines)
    {
        lock (_gate) return File.Exists(logPath) ? string.Join('\n', File.ReadLines(logPath).TakeLast(lines)) : "";
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await KillAsync();
    }

    private async Task EndAsync()
    {
        await _process!.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        _process = null;
        IsHalted = false;
    }

    private async Task ReadLogAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line) Append(line);
    }

    private void Note(string what) => Append(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fff}Z -- {what}"));

    private void Append(string line)
    {
        lock (_gate) File.AppendAllText(logPath, line + '\n');
    }
}
