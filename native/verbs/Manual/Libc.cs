using System.Runtime.InteropServices;

namespace LogStore.Verbs;

/// <summary>
/// What registered memory and waiting on completion channels need of libc, on Linux. Failures are left in
/// <see cref="Marshal.GetLastPInvokeError"/>. Source: the man pages of section 2.
/// </summary>
internal static unsafe partial class Libc
{
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_PRIVATE = 0x02;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_HUGETLB = 0x40000;
    public const int MADV_HUGEPAGE = 14;
    public const int EFD_CLOEXEC = 0x80000;
    public const int EFD_NONBLOCK = 0x800;
    public const short POLLIN = 1;
    public const int F_GETFL = 3;
    public const int F_SETFL = 4;
    public const int O_NONBLOCK = 0x800;
    public const int RLIMIT_MEMLOCK = 8;

    /// <summary>What <c>mmap</c> returns when it fails.</summary>
    public static readonly void* MAP_FAILED = (void*)-1;

    [DllImport("libc", SetLastError = true)]
    public static extern void* mmap(void* address, nuint length, int protection, int flags, int fd, nint offset);

    [DllImport("libc", SetLastError = true)]
    public static extern int munmap(void* address, nuint length);

    [DllImport("libc", SetLastError = true)]
    public static extern int madvise(void* address, nuint length, int advice);

    [DllImport("libc", SetLastError = true)]
    public static extern int eventfd(uint initial, int flags);

    [DllImport("libc", SetLastError = true)]
    public static extern int poll(pollfd* descriptors, nuint count, int timeoutMilliseconds);

    [DllImport("libc", SetLastError = true)]
    public static extern nint read(int fd, void* buffer, nuint count);

    [DllImport("libc", SetLastError = true)]
    public static extern nint write(int fd, void* buffer, nuint count);

    [DllImport("libc", SetLastError = true)]
    public static extern int close(int fd);

    [DllImport("libc", SetLastError = true)]
    public static extern int fcntl(int fd, int command, int argument);

    [DllImport("libc", SetLastError = true)]
    public static extern int getrlimit(int resource, rlimit* limit);
}

internal struct pollfd
{
    public int fd;
    public short events;
    public short revents;
}

internal struct rlimit
{
    public ulong rlim_cur;
    public ulong rlim_max;
}
