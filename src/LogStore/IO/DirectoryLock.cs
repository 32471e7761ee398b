using System.Text;
using Microsoft.Win32.SafeHandles;

namespace LogStore.IO;

/// <summary>
/// The right to write a directory: an advisory lock on its <c>.lock</c> file, which the kernel releases when the holder
/// dies, however it dies. The file's text names the holder for the error that others get. Source: flock(2).
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    public const string FileName = ".lock";

    private readonly SafeFileHandle _handle;

    private DirectoryLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes the lock or throws <see cref="DirectoryInUseException"/>; never waits.</summary>
    public static DirectoryLock Take(string directory)
    {
        string path = System.IO.Path.Combine(directory, FileName);
        SafeFileHandle handle;
        try
        {
            // FileShare.None is what makes the BCL take an exclusive flock.
            handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException
                                                or PathTooLongException) && File.Exists(path))
        {
            throw new DirectoryInUseException(directory, ReadOwner(path), exception);
        }

        byte[] owner = Encoding.UTF8.GetBytes($"process {Environment.ProcessId}\n");
        RandomAccess.Write(handle, owner, 0);
        RandomAccess.SetLength(handle, owner.Length);
        return new DirectoryLock(handle);
    }

    public void Dispose() => _handle.Dispose();

    private static string ReadOwner(string path)
    {
        try
        {
            // The BCL would want a shared lock, which the holder's exclusive one refuses.
            using SafeFileHandle file = OperatingSystem.IsLinux()
                ? LibC.OpenUnlocked(path) : File.OpenHandle(path, share: FileShare.ReadWrite);
            Span<byte> text = stackalloc byte[64];
            return Encoding.UTF8.GetString(text[..RandomAccess.Read(file, text, 0)]).TrimEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
