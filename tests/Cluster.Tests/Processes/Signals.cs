using System.Diagnostics;
using System.Globalization;

namespace LogStore.Cluster.Tests.Processes;

/// <summary>Sends signals to processes.</summary>
internal static class Signals
{
    public static Task StopAsync(int processId) => SendAsync("STOP", processId);

    public static Task ContinueAsync(int processId) => SendAsync("CONT", processId);

    public static Task TerminateAsync(int processId) => SendAsync("TERM", processId);

    private static async Task SendAsync(string signal, int processId)
    {
        using Process kill = Process.Start(
            new ProcessStartInfo("kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)]))!;
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0) throw new InvalidOperationException($"kill -{signal} {processId} has failed.");
    }
}
