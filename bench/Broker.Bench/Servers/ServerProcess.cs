using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LogStore.Bench.Broker.Servers;

/// <summary>A server that runs as a process of its own, from the line that says it is ready until it is stopped.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int KillAtOnce = 9; // SIGKILL
    private const int Terminate = 15; // SIGTERM

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private bool _isDisposed;
    private readonly Queue<string> _lastLines = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start, string[] readyTexts)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        long began = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data, readyTexts);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, readyTexts);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Name = Path.GetFileName(start.FileName);
        try
        {
            ReadyLine = WaitUntilReady();
            StartTime = Stopwatch.GetElapsedTime(began);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    /// <summary>The line that said that it is ready.</summary>
    public string ReadyLine { get; } = "";

    /// <summary>From the start of the process to that line.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>Seconds of CPU time that it and its children have taken so far.</summary>
    public double CpuSeconds => ProcessTree.CpuSeconds(_process.Id);

    /// <summary>Bytes of it and its children in memory.</summary>
    public long ResidentBytes => ProcessTree.ResidentBytes(_process.Id);

    /// <summary>Starts it and waits until a line of its output holds one of <paramref name="readyTexts"/>.</summary>
    public static ServerProcess Start(ProcessStartInfo start, params string[] readyTexts) => new(start, readyTexts);

    /// <summary>Starts some at the same time, as members of a cluster that wait for each other, or none.</summary>
    public static ServerProcess[] StartTogether(IEnumerable<Func<ServerProcess>> starts)
    {
        Task<ServerProcess>[] starting = [.. starts.Select(start => Task.Factory.StartNew(
            start, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        try
        {
            return Task.WhenAll(starting).GetAwaiter().GetResult();
        }
        catch
        {
            foreach (Task<ServerProcess> each in starting)
            {
                if (each.IsCompletedSuccessfully) each.Result.Dispose();
            }

            throw;
        }
    }

    /// <summary>A port of the loopback address that nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Kills it without a warning, and returns when it is gone.</summary>
    /// <returns>The moment just before.</returns>
    public long KillNow()
    {
        long moment = Stopwatch.GetTimestamp();
        _ = Kill(_process.Id, KillAtOnce);
        if (!_process.WaitForExit(StopLimit)) throw new ServerFailedException($"{Name} survived a kill");
        Dispose();
        return moment;
    }

    /// <summary>Stops it, by its number: it and nothing else.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (!_process.HasExited)
        {
            IReadOnlyList<int> members = ProcessTree.Members(_process.Id);
            _ = Kill(_process.Id, Terminate);
            if (!_process.WaitForExit(StopLimit)) _process.Kill(entireProcessTree: true);
            // A shell may go before the server that it has started.
            foreach (int member in members.Skip(1)) WaitForEnd(member);
        }

        _process.Dispose();
    }

    private static void WaitForEnd(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            if (!process.WaitForExit(StopLimit)) process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    private string WaitUntilReady()
    {
        Task exited = _process.WaitForExitAsync();
        if (Task.WaitAny([_ready.Task, exited], StartLimit) == 0) return _ready.Task.Result;
        string what = exited.IsCompleted ? $"ended with {_process.ExitCode}" : $"was not ready within {StartLimit.TotalSeconds} s";
        lock (_lastLines) throw new ServerFailedException($"{Name} {what}:\n{string.Join('\n', _lastLines)}");
    }

    private void Take(string? line, string[] readyTexts)
    {
        if (line is null) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 20) _lastLines.Dequeue();
        }

        if (readyTexts.Any(text => line.Contains(text, StringComparison.Ordinal))) _ready.TrySetResult(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
