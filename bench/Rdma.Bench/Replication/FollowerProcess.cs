using System.Diagnostics;
using System.Globalization;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>A follower in a process of its own; its input's end ends it.</summary>
internal sealed class FollowerProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="within">What runs it, as <c>ip netns exec NAME</c>; empty for nothing.</param>
    /// <param name="arguments">Its number, address and port, the leader's address and port, and its device.</param>
    public FollowerProcess(string[] within, params string[] arguments)
    {
        string[] command = [.. within, Environment.ProcessPath!, "follow", .. arguments];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        })!;
    }

    /// <summary>The processor time that it has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What the process does.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        if (arguments is not [var id, var host, var port, var leader, var leaderPort, var device])
            throw new ArgumentException("usage: follow ID HOST PORT LEADER PORT DEVICE|-");
        await using Follower follower = new(Number(id), host, Number(port), device == "-" ? null : device);
        follower.Start([(1, leader, Number(leaderPort))]);
        await Console.In.ReadToEndAsync();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
