using System.Runtime.InteropServices;

namespace LogStore.Bench.Running;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static string Describe(string directory)
    {
        DriveInfo drive = new(directory);
        double memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return string.Join('\n',
        [
            $"machine:   {Cpu()}, {Environment.ProcessorCount} cores, {memory:F0} GiB",
            $"system:    {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}",
            $"data:      {directory} on {drive.DriveFormat}",
            $"time:      {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC; load {Load()}",
            "values:    median [min–max] over rounds; ratios are taken within each round",
        ]);
    }

    private static string Cpu()
    {
        const string Key = "model name";
        string? line = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 2)..];
    }

    /// <summary>How busy the machine was in the last minute: figures from a busy one are worth less.</summary>
    private static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
