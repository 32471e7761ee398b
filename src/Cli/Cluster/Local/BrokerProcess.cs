using System.Diagnostics;

namespace LogStore.Cli.Cluster.Local;

/// <summary>
/// One broker of a local cluster: this program again, as a process of its own, that stops when its standard input ends. So it
/// does even if this process is killed, and no orphan stays.
/// </summary>
/// <remarks>Its log goes to a file; warnings and errors to standard error as well, with the broker's name.</remarks>
internal sealed class BrokerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _logging;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _lastError;

    private BrokerProcess(int id, Process process, string logFile)
    {
        Id = id;
        _process = process;
        _logging = Task.WhenAll(CopyLogAsync(logFile), WaitForReadyAsync());
        Ended = WaitForEndAsync();
    }

    /// <summary>The broker's number.</summary>
    public int Id { get; }

    /// <summary>The process's number.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Done when clients are served; never, if the process ends before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Done when the process has ended: its exit code, 128 and the signal's number if a signal ended it.</summary>
    public Task<int> Ended { get; }

    /// <summary>Whether it did not stop in time.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>What it said of why it ended, without the program's name; null if nothing.</summary>
    public string? LastError => Volatile.Read(ref _lastError);

    /// <summary>Starts a broker.</summary>
    public static BrokerProcess Start(LocalClusterOptions options, int id)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in options.ArgumentsOf(id)) start.ArgumentList.Add(argument);
        start.ArgumentList.Add("--stop-with-input");
        return new BrokerProcess(id, Process.Start(start)!, options.LogOf(id));
    }

    /// <summary>Ends it with SIGKILL, as a crash would.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Has it stop gracefully; kills it if it has not ended by then.</summary>
    /// <returns>Whether it has stopped by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        try
        {
            await Ended.WaitAsync(patience);
            return true;
        }
        catch (TimeoutException)
        {
            WasKilled = true;
            _process.Kill();
            await Ended;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private async Task<int> WaitForEndAsync()
    {
        await _process.WaitForExitAsync();
        await _logging; // Its last words.
        return _process.ExitCode;
    }

    private async Task WaitForReadyAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready", StringComparison.Ordinal)) _ready.TrySetResult();
        }
    }

    private async Task CopyLogAsync(string logFile)
    {
        await using StreamWriter log = new(logFile, append: true) { AutoFlush = true };
        bool isShown = false;
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            await log.WriteLineAsync(line);
            const string Prefix = "logstore: ";
            if (line.StartsWith(Prefix, StringComparison.Ordinal))
            {
                // Whoever waits for the process says so, and what it means.
                Volatile.Write(ref _lastError, line[Prefix.Length..]);
                continue;
            }

            // What has no level goes with the line before it: the trace of an error.
            isShown = BrokerLogLine.LevelOf(line) is { } level ? BrokerLogLine.IsAlarming(level) : isShown;
            if (isShown) await Console.Error.WriteLineAsync($"broker {Id}: {line}");
        }
    }
}
