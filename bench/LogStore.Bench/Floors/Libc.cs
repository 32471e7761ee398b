using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LogStore.Bench.Floors;

/// <summary>System calls that only measurements need.</summary>
internal static class Libc
{
    private const int ReadWrite = 0x2;
    private const int Synchronized = 0x1000; // O_DSYNC
    private const int Direct = 0x4000;       // O_DIRECT on x86-64
    private const int DirectOnArm = 0x10000; // O_DIRECT on Arm64
    private const int DontNeed = 4;          // POSIX_FADV_DONTNEED

    /// <summary>Opens an existing file for writing past the page cache, durable on return, or both.</summary>
    public static SafeFileHandle Open(string path, bool direct, bool synchronized)
    {
        int flags = ReadWrite;
        if (synchronized) flags |= Synchronized;
        if (direct) flags |= RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? DirectOnArm : Direct;
        int descriptor = Open(path, flags);
        if (descriptor < 0) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Makes the kernel drop a file's clean pages, so that the next read goes to the disk.</summary>
    public static void DropFromCache(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        int error = Advise(file, 0, 0, DontNeed);
        if (error != 0) throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    /// <summary>Gives a file a second name.</summary>
    public static void Link(string path, string target)
    {
        if (HardLink(path, target) != 0) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int HardLink(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string target);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(SafeFileHandle file, long offset, long length, int advice);
}
