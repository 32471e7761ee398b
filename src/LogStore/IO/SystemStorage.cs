using Microsoft.Win32.SafeHandles;

namespace LogStore.IO;

/// <summary>The machine's file system: pread and pwrite through the BCL, and the few calls that the BCL lacks.</summary>
internal sealed class SystemStorage : Storage
{
    public override StorageFile Open(string path, OpenMode mode)
    {
        (FileMode fileMode, FileAccess access) = mode switch
        {
            OpenMode.Read => (FileMode.Open, FileAccess.Read),
            OpenMode.ReadWrite => (FileMode.OpenOrCreate, FileAccess.ReadWrite),
            _ => (FileMode.Create, FileAccess.ReadWrite),
        };
        // ReadWrite and Delete sharing: the BCL then takes no advisory lock. Who may write is settled by DirectoryLock.
        // Asynchronous changes nothing about the system's file; a stream that sockets send from must say so (AsStream).
        return new SystemFile(
            path, File.OpenHandle(path, fileMode, access, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous));
    }

    public override bool FileExists(string path) => File.Exists(path);

    public override bool DirectoryExists(string path) => Directory.Exists(path);

    public override IReadOnlyList<string> ListFiles(string directory)
    {
        if (!Directory.Exists(directory)) return [];
        return [.. Directory.EnumerateFiles(directory).Select(path => System.IO.Path.GetFileName(path))];
    }

    public override void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public override void DeleteDirectory(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    public override void DeleteFile(string path) => File.Delete(path);

    public override void Rename(string source, string target) => File.Move(source, target, overwrite: true);

    public override void RenameDirectory(string source, string target) => Directory.Move(source, target);

    public override void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) return; // Windows has no such call: NTFS journals names by itself.
        int descriptor = LibC.OpenDirectory(path);
        try
        {
            LibC.FlushAll(descriptor, path);
        }
        finally
        {
            _ = LibC.Close(descriptor);
        }
    }

    private sealed class SystemFile(string path, SafeFileHandle handle) : StorageFile
    {
        private FileStream? _stream;

        public override string Path => path;

        public override long Length => RandomAccess.GetLength(handle);

        public override int Read(Span<byte> buffer, long position) => RandomAccess.Read(handle, buffer, position);

        public override void Write(ReadOnlySpan<byte> bytes, long position)
        {
            try
            {
                RandomAccess.Write(handle, bytes, position);
            }
            catch (ArgumentOutOfRangeException exception)
            {
                // What the BCL makes of EFBIG: a limit of the process (ulimit -f) or of the file system was met.
                throw new IOException($"File too large : '{path}'", exception);
            }
        }

        public override void Flush()
        {
            if (OperatingSystem.IsLinux()) LibC.FlushData(handle, path);
            else RandomAccess.FlushToDisk(handle);
        }

        public override void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public override void Allocate(long position, long length)
        {
            if (OperatingSystem.IsLinux()) LibC.Allocate(handle, position, length, path);
        }

        public override FileStream AsStream()
        {
            FileStream? stream = Volatile.Read(ref _stream);
            if (stream is not null) return stream;
            // The loser of a race is left to the collector: disposing it would close the handle of both.
            FileStream made = new(handle, FileAccess.Read, bufferSize: 0, isAsync: true);
            return Interlocked.CompareExchange(ref _stream, made, null) ?? made;
        }

        public override void Dispose() => handle.Dispose();
    }
}
