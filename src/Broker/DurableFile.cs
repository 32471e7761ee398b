using System.Text;

namespace LogStore.Broker;

/// <summary>Small files that are replaced whole.</summary>
internal static class DurableFile
{
    /// <summary>Replaces a file so that a crash leaves the old content or the new.</summary>
    public static void Replace(string path, string content) => Replace(path, Encoding.UTF8.GetBytes(content));

    /// <inheritdoc cref="Replace(string, string)"/>
    /// <param name="path">The file.</param>
    /// <param name="content">Its new content.</param>
    /// <param name="isSecret">Whether nobody but the owner may read it.</param>
    public static void Replace(string path, ReadOnlySpan<byte> content, bool isSecret = false)
    {
        string temporary = path + ".tmp";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
        {
            File.Delete(temporary); // The mode is that of a file that is made.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (FileStream file = new(temporary, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
