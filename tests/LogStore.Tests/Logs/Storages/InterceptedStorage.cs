using LogStore.IO;

namespace LogStore.Tests.Logs.Storages;

/// <summary>
/// The machine's file system, with a look at every call before it happens. Flushes end there: no test pulls the plug, and
/// a sweep flushes ten thousand times.
/// </summary>
internal abstract class InterceptedStorage : Storage
{
    /// <summary>May block, or throw instead of the call.</summary>
    protected abstract void Before(StorageCall call);

    /// <summary>How many bytes of a write are let through before <paramref name="failure"/> is thrown, if any.</summary>
    protected virtual int BeforeWrite(StorageCall call, int length, out Exception? failure)
    {
        Before(call);
        failure = null;
        return length;
    }

    public override StorageFile Open(string path, OpenMode mode)
    {
        bool creates = mode == OpenMode.Truncate || !Default.FileExists(path);
        Before(new StorageCall(creates ? StorageOperation.Create : StorageOperation.Open, path));
        return new InterceptedFile(this, Default.Open(path, mode));
    }

    public override bool FileExists(string path) => Default.FileExists(path);

    public override bool DirectoryExists(string path) => Default.DirectoryExists(path);

    public override IReadOnlyList<string> ListFiles(string directory)
    {
        Before(new StorageCall(StorageOperation.List, directory));
        return Default.ListFiles(directory);
    }

    public override void CreateDirectory(string path)
    {
        Before(new StorageCall(StorageOperation.CreateDirectory, path));
        Default.CreateDirectory(path);
    }

    public override void DeleteDirectory(string path)
    {
        Before(new StorageCall(StorageOperation.Delete, path));
        Default.DeleteDirectory(path);
    }

    public override void DeleteFile(string path)
    {
        Before(new StorageCall(StorageOperation.Delete, path));
        Default.DeleteFile(path);
    }

    public override void Rename(string source, string target)
    {
        Before(new StorageCall(StorageOperation.Rename, target));
        Default.Rename(source, target);
    }

    public override void RenameDirectory(string source, string target)
    {
        Before(new StorageCall(StorageOperation.Rename, target));
        Default.RenameDirectory(source, target);
    }

    public override void FlushDirectory(string path)
    {
        Before(new StorageCall(StorageOperation.FlushDirectory, path));
    }

    private sealed class InterceptedFile(InterceptedStorage owner, StorageFile inner) : StorageFile
    {
        public override string Path => inner.Path;

        public override long Length => inner.Length;

        public override int Read(Span<byte> buffer, long position)
        {
            owner.Before(new StorageCall(StorageOperation.Read, Path));
            return inner.Read(buffer, position);
        }

        public override void Write(ReadOnlySpan<byte> bytes, long position)
        {
            int count = owner.BeforeWrite(
                new StorageCall(StorageOperation.Write, Path), bytes.Length, out Exception? failure);
            if (count > 0) inner.Write(bytes[..count], position);
            if (failure is not null) throw failure;
        }

        public override void Flush()
        {
            owner.Before(new StorageCall(StorageOperation.Flush, Path));
        }

        public override void SetLength(long length)
        {
            owner.Before(new StorageCall(StorageOperation.SetLength, Path));
            inner.SetLength(length);
        }

        public override void Allocate(long position, long length)
        {
            owner.Before(new StorageCall(StorageOperation.Allocate, Path));
            inner.Allocate(position, length);
        }

        public override void Dispose() => inner.Dispose();
    }
}
