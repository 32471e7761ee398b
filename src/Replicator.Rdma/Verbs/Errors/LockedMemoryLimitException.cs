using System.Globalization;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// The kernel would have to lock more memory than this process may: registered memory and queues are locked, and the
/// limit (<c>ulimit -l</c>, RLIMIT_MEMLOCK) is 8 MiB on most systems.
/// </summary>
public sealed class LockedMemoryLimitException : VerbsException
{
    private LockedMemoryLimitException(string verb, string what, ulong limitBytes)
        : base(verb, Errno.ENOMEM, $"The limit of locked memory (ulimit -l) is {limitBytes / 1024} KiB, too little for {what}. "
            + "Raise it: 'ulimit -l unlimited' in the shell, LimitMEMLOCK=infinity in a systemd unit, "
            + "--ulimit memlock=-1 for a container, or 'memlock' in /etc/security/limits.conf.")
    {
        LimitBytes = limitBytes;
    }

    /// <summary>The limit in force, in bytes.</summary>
    public ulong LimitBytes { get; }

    /// <summary>
    /// Checks a pointer returned by a verb that locks memory. ENOMEM means the limit wherever it binds; a device that has no
    /// more of what was asked for fails in the same way, which is all that it can mean for who may lock what he likes.
    /// </summary>
    internal static unsafe T* ThrowIfNull<T>(T* result, int errno, string verb, string what) where T : unmanaged
    {
        if (result != null) return result;
        rlimit limit = default;
        bool limited = Libc.getrlimit(Libc.RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != ulong.MaxValue && !MayLockAnything();
        if (errno == Errno.ENOMEM && limited) throw new LockedMemoryLimitException(verb, what, limit.rlim_cur);
        ThrowIfError(errno == 0 ? Errno.EINVAL : errno, verb, $"It was asked for {what}.");
        return null;
    }

    /// <summary>Whether the process has CAP_IPC_LOCK, which no limit binds. Source: capabilities(7), proc(5).</summary>
    private static bool MayLockAnything()
    {
        const string Effective = "CapEff:";
        const int IpcLock = 14;
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Effective, StringComparison.Ordinal));
        return line is not null && (ulong.Parse(line.AsSpan(Effective.Length), NumberStyles.HexNumber | NumberStyles.AllowLeadingWhite,
            CultureInfo.InvariantCulture) >> IpcLock & 1) != 0;
    }
}
