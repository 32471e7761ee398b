using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LogStore.IO;

/// <summary>The system calls that the BCL does not offer. Each turns a failure into the exception the BCL would throw.</summary>
internal static class LibC
{
    private const int InterruptedCall = 4;      // EINTR
    private const int NoSpace = 28;             // ENOSPC
    private const int QuotaExceeded = 122;      // EDQUOT
    private const int NotSupported = 95;        // EOPNOTSUPP
    private const int ReadOnly = 0x80000;       // O_RDONLY | O_CLOEXEC

    /// <summary>Whether an exception says that the device, or the user's share of it, is full.</summary>
    /// <remarks>On Unix the BCL puts errno into <see cref="Exception.HResult"/>; Windows has its own two codes.</remarks>
    public static bool IsDiskFull(Exception exception) =>
        exception is IOException { HResult: NoSpace or QuotaExceeded or unchecked((int)0x80070070) or unchecked((int)0x80070027) };

    /// <summary>The exception for a full device, for storages that imitate one.</summary>
    public static IOException DiskFull(string path) => new($"No space left on device : '{path}'", NoSpace);

    public static void FlushData(SafeFileHandle file, string path)
    {
        while (FDataSync(file) != 0) ThrowUnlessInterrupted("fdatasync", path);
    }

    public static void Allocate(SafeFileHandle file, long position, long length, string path)
    {
        while (FAllocate(file, 0, position, length) != 0)
        {
            if (Marshal.GetLastPInvokeError() == NotSupported) return;
            ThrowUnlessInterrupted("fallocate", path);
        }
    }

    public static int OpenDirectory(string path)
    {
        int descriptor;
        while ((descriptor = Open(path, ReadOnly)) < 0) ThrowUnlessInterrupted("open", path);
        return descriptor;
    }

    /// <summary>Opens a file for reading without the advisory lock that the BCL takes on every file it opens.</summary>
    public static SafeFileHandle OpenUnlocked(string path)
    {
        int descriptor;
        while ((descriptor = Open(path, ReadOnly)) < 0) ThrowUnlessInterrupted("open", path);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public static void FlushAll(int descriptor, string path)
    {
        while (FSync(descriptor) != 0) ThrowUnlessInterrupted("fsync", path);
    }

    [DllImport("libc", EntryPoint = "close")]
    public static extern int Close(int descriptor);

    private static void ThrowUnlessInterrupted(string call, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == InterruptedCall) return;
        throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static extern int FDataSync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static extern int FAllocate(SafeFileHandle file, int mode, long position, long length);

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FSync(int descriptor);
}
