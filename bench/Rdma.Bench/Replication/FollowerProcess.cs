using System.Diagnostics;
using System.Globalization;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>A follower in a process of its own, on the second core; its input's end ends it.</summary>
internal sealed class FollowerProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="within">What runs it, as <c>ip netns exec NAME</c>; empty for nothing.</param>
    /// <param name="arguments">Its own address and port, the leader's, its device, and how long that is spun on.</param>
    public FollowerProcess(string[] within, params string[] arguments)
    {
        string[] command = [.. within, "taskset", "-c", "1", Environment.ProcessPath!, "follow", .. arguments];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        })!;
    }

    /// <summary>What the process does.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        if (arguments is not [var host, var port, var leader, var leaderPort, var device, var spinMicroseconds])
            throw new ArgumentException("usage: follow HOST PORT LEADER PORT DEVICE|- SPIN");
        TimeSpan spinTime = TimeSpan.FromMicroseconds(Number(spinMicroseconds));
        await using Follower follower = new(host, Number(port), device == "-" ? null : device, spinTime);
        follower.Start(peer: 1, leader, Number(leaderPort));
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
