using System.Text;

namespace LogStore.IO;

/// <summary>Small files that are replaced whole.</summary>
public static class DurableFile
{
    /// <summary>Replaces a file so that a crash leaves the old content or the new. Durable on return.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Replace(string path, string content) => Replace(path, Encoding.UTF8.GetBytes(content));

    /// <inheritdoc cref="Replace(string, string)"/>
    /// <param name="path">The file.</param>
    /// <param name="content">Its new content.</param>
    /// <param name="isSecret">Whether nobody but the owner may read it.</param>
    public static void Replace(string path, ReadOnlySpan<byte> content, bool isSecret = false) =>
        Replace(Storage.Default, path, content, isSecret);

    internal static void Replace(Storage storage, string path, ReadOnlySpan<byte> content, bool isSecret = false)
    {
        path = Path.GetFullPath(path);
        string temporary = path + Storage.TemporarySuffix;
        if (isSecret && !OperatingSystem.IsWindows())
        {
            File.Delete(temporary); // The mode is that of a file that is made.
            FileStreamOptions options = new()
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            new FileStream(temporary, options).Dispose();
        }

        storage.ReplaceFile(path, content);
    }
}
