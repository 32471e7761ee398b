using LogStore.IO;
using Microsoft.Win32.SafeHandles;

namespace LogStore.Bench.Floors;

/// <summary>What stands in a file before durable writes go to it.</summary>
internal enum FileState
{
    /// <summary>Nothing: every write makes it longer.</summary>
    Growing,

    /// <summary>Blocks reserved by fallocate, never written: a first write must note in the journal that they now are.</summary>
    Reserved,

    /// <summary>Blocks full of zeros.</summary>
    Zeroed,
}

/// <summary>A file written to at ascending positions, each write durable on return, in one of the ways there are.</summary>
internal sealed class DurableFile : IDisposable
{
    private const int Page = 4096;

    private readonly SafeFileHandle _handle;
    private readonly StorageFile? _flushed;
    private readonly Memory<byte> _bytes;
    private readonly long _length;
    private long _position;

    /// <param name="directory">Where the file goes.</param>
    /// <param name="state">What it holds first.</param>
    /// <param name="size">Bytes of each write.</param>
    /// <param name="length">Bytes prepared; the writes stay within.</param>
    /// <param name="direct">O_DIRECT: <paramref name="size"/> is a multiple of the page.</param>
    /// <param name="synchronized">O_DSYNC instead of fdatasync.</param>
    public DurableFile(string directory, FileState state, int size, long length, bool direct = false, bool synchronized = false)
    {
        string path = Path.Combine(directory, "durable");
        _length = length;
        _bytes = Aligned(size);
        StorageFile file = Storage.Default.Open(path, OpenMode.Truncate);
        if (state == FileState.Reserved) file.Allocate(0, length);
        byte[] zeros = new byte[1 << 20];
        for (long position = 0; state == FileState.Zeroed && position < length; position += zeros.Length)
            file.Write(zeros, position);
        file.Flush();
        _handle = Libc.Open(path, direct, synchronized);
        if (synchronized) file.Dispose();
        else _flushed = file;
    }

    public void Append()
    {
        if (_position + _bytes.Length > _length) throw new InvalidOperationException("The prepared space is used up.");
        RandomAccess.Write(_handle, _bytes.Span, _position);
        _flushed?.Flush();
        _position += _bytes.Length;
    }

    public void Dispose()
    {
        _handle.Dispose();
        _flushed?.Dispose();
    }

    private static Memory<byte> Aligned(int size)
    {
        byte[] array = GC.AllocateUninitializedArray<byte>(size + Page, pinned: true);
        new Random(1).NextBytes(array);
        long address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        return array.AsMemory((int)((Page - (address % Page)) % Page), size);
    }
}
