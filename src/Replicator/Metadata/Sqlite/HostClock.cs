using System.Diagnostics;

namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>
/// A time that all processes of one host share and that never jumps: milliseconds since the host was started, by the
/// monotonic clock. It begins anew with each start of the host, which <see cref="BootId"/> tells apart.
/// </summary>
internal static class HostClock
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>Milliseconds since an arbitrary moment of this boot, the same one for all processes.</summary>
    public static long NowMs => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    /// <summary>Names this boot of the host; empty where the system does not tell.</summary>
    public static string BootId { get; } = File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : "";
}
