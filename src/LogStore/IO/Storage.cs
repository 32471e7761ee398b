namespace LogStore.IO;

/// <summary>How a file is opened.</summary>
internal enum OpenMode
{
    /// <summary>For reading; it must exist.</summary>
    Read,

    /// <summary>For reading and writing; it is created when absent.</summary>
    ReadWrite,

    /// <summary>For reading and writing, and empty to begin with.</summary>
    Truncate,
}

/// <summary>
/// The file system as the log uses it, and nothing more of it. Everything the log does to files goes through here, so
/// that a test can fail any single operation. Thread-safe. Errors are <see cref="IOException"/> and
/// <see cref="UnauthorizedAccessException"/>, as the BCL throws them.
/// </summary>
internal abstract class Storage
{
    /// <summary>What <see cref="ReplaceFile"/> adds to the name of the file that it writes first.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>The file system of this machine.</summary>
    public static Storage Default { get; } = new SystemStorage();

    public abstract StorageFile Open(string path, OpenMode mode);

    public abstract bool FileExists(string path);

    public abstract bool DirectoryExists(string path);

    /// <summary>The names (not paths) of the files in a directory; empty when there is no such directory.</summary>
    public abstract IReadOnlyList<string> ListFiles(string directory);

    public abstract void CreateDirectory(string path);

    /// <summary>Deletes a directory and all that is in it; a missing one is no error.</summary>
    public abstract void DeleteDirectory(string path);

    /// <summary>Deletes a file; a missing one is no error.</summary>
    public abstract void DeleteFile(string path);

    /// <summary>Renames a file, replacing the target atomically. Source: rename(2).</summary>
    public abstract void Rename(string source, string target);

    /// <summary>Renames a directory; there must be none of the new name. Source: rename(2).</summary>
    public abstract void RenameDirectory(string source, string target);

    /// <summary>Makes created, renamed and deleted names in a directory durable. Source: fsync(2).</summary>
    public abstract void FlushDirectory(string path);

    /// <summary>
    /// Replaces a small file so that after a crash either the old content or the new one is there, never a mixture:
    /// write beside it, flush, rename, flush the directory.
    /// </summary>
    public void ReplaceFile(string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + TemporarySuffix;
        using (StorageFile file = Open(temporary, OpenMode.Truncate))
        {
            file.Write(content, 0);
            file.Flush();
        }

        Rename(temporary, path);
        FlushDirectory(System.IO.Path.GetDirectoryName(path)!);
    }

    /// <summary>All bytes of a small file, or null when there is none.</summary>
    public byte[]? TryReadFile(string path)
    {
        if (!FileExists(path)) return null;
        using StorageFile file = Open(path, OpenMode.Read);
        byte[] content = new byte[file.Length];
        int count = file.ReadFully(content, 0);
        return count == content.Length ? content : content[..count];
    }
}
