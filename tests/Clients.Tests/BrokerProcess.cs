using System.Diagnostics;
using System.Globalization;
using LogStore.Broker.Tests;
using Xunit;

namespace LogStore.Clients.Tests;

/// <summary>A <c>logstore broker</c> process. Disposing it kills it.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    private BrokerProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public int Port { get; private set; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>The most memory that it has had, in bytes.</summary>
    public long PeakMemory => StatusKilobytes("VmHWM:") * 1024;

    /// <summary>Starts a broker on a directory and waits until it serves.</summary>
    public static async Task<BrokerProcess> StartAsync(string directory, int port = 0, params string[] settings)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "LogStore.Cli"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LOGSTORE_DATA");
        List<string> arguments = ["broker", "--data", directory, "--listen", $"127.0.0.1:{port}", "--log-level", "warn"];
        foreach (string setting in settings) arguments.AddRange(["--set", setting]);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);

        BrokerProcess broker = new(Process.Start(start)!);
        string? ready = await broker._process.StandardOutput.ReadLineAsync();
        Assert.True(
            ready is not null && ready.StartsWith("ready: ", StringComparison.Ordinal),
            $"the broker is not ready: {ready} {(ready is null ? await broker._error : "")}");
        string address = ready!.Split("PLAINTEXT://")[1].Split(',')[0];
        broker.Port = int.Parse(address[(address.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        return broker;
    }

    public Task<ProtocolClient> ConnectAsync() => ProtocolClient.ConnectAsync(Port);

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns what it wrote to standard error, which is nothing if nothing was wrong.</summary>
    public async Task<string> StopAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        Assert.Equal(0, _process.ExitCode);
        return await _error;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private long StatusKilobytes(string name)
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status")
            .Single(each => each.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].TrimEnd('B', 'k').Trim(), CultureInfo.InvariantCulture);
    }
}
