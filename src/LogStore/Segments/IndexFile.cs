using System.IO.MemoryMappedFiles;
using LogStore.IO;

namespace LogStore.Segments;

/// <summary>
/// A file of fixed-size entries in ascending order. While its segment takes appends, the entries live in memory and
/// reach the file a chunk at a time; once sealed, the file is immutable and is mapped when somebody looks something up.
/// </summary>
/// <remarks>
/// One writer; readers need no lock: an entry is complete before the count that covers it is published, and a grown
/// array is a copy, so an old one stays right for whoever still reads it.
/// </remarks>
internal sealed class IndexFile(Storage storage, string path, int entrySize) : IDisposable
{
    /// <summary>Entries reach the file in chunks: a crash costs a rebuild, so there is no hurry.</summary>
    private const int ChunkEntries = 512;

    private byte[] _entries = [];
    private int _count;
    private int _written;
    private StorageFile? _file;
    private MemoryMappedFile? _mapping;
    private MemoryMappedViewAccessor? _view;

    public string Path => path;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Opens an index that is complete in its file. False: it is missing or its length is impossible.</summary>
    public bool TryOpenSealed()
    {
        if (!storage.FileExists(path)) return false;
        long length = new FileInfo(path).Length;
        if (length % entrySize != 0 || length > int.MaxValue) return false;
        if (length > 0)
        {
            _mapping = MemoryMappedFile.CreateFromFile(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete),
                null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        }

        _count = _written = (int)(length / entrySize);
        return true;
    }

    /// <summary>Takes over the entries in the file so that more can be appended. False as for a sealed index.</summary>
    public bool TryOpenForAppend()
    {
        byte[]? content = storage.TryReadFile(path);
        if (content is null || content.Length % entrySize != 0) return false;
        _entries = content;
        _count = _written = content.Length / entrySize;
        return true;
    }

    public void Append(ReadOnlySpan<byte> entry)
    {
        int position = _count * entrySize;
        if (position + entrySize > _entries.Length)
        {
            byte[] grown = new byte[Math.Max(_entries.Length * 2, 64 * entrySize)];
            _entries.AsSpan(0, position).CopyTo(grown);
            Volatile.Write(ref _entries, grown);
        }

        entry.CopyTo(_entries.AsSpan(position));
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Writes out once a chunk has gathered.</summary>
    public void WriteOutIfDue()
    {
        if (_count - _written >= ChunkEntries) WriteOut();
    }

    /// <summary>Copies one entry's bytes; <paramref name="index"/> is below a <see cref="Count"/> read before.</summary>
    public void Read(int index, Span<byte> entry)
    {
        if (_view is null)
        {
            Volatile.Read(ref _entries).AsSpan(index * entrySize, entrySize).CopyTo(entry);
            return;
        }

        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)((long)index * entrySize), entry);
    }

    /// <summary>Writes what is not in the file yet.</summary>
    public void WriteOut()
    {
        StorageFile file = OpenFile();
        if (_written == _count) return;
        int position = _written * entrySize;
        file.Write(_entries.AsSpan(position, (_count * entrySize) - position), position);
        _written = _count;
    }

    /// <summary>Writes out and makes durable.</summary>
    public void Flush()
    {
        WriteOut();
        OpenFile().Flush();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        _view?.Dispose();
        _view = null;
        _mapping?.Dispose();
        _mapping = null;
    }

    private StorageFile OpenFile()
    {
        if (_file is not null) return _file;
        // What an earlier life left there is not ours. It is unlinked, not cut: somebody may still have it mapped.
        if (_written == 0) storage.DeleteFile(path);
        return _file = storage.Open(path, OpenMode.ReadWrite);
    }
}
