using LogStore.IO;

namespace LogStore.Bench.Floors;

/// <summary>
/// The floor of a durable append: one pwrite and one fdatasync, at ascending positions of a file whose every block has been
/// written before, so that a flush has data to write and nothing else.
/// </summary>
internal sealed class RawFlush : IDisposable
{
    private readonly StorageFile _file;
    private readonly byte[] _bytes;
    private readonly long _length;
    private long _position;

    public RawFlush(string directory, int size, long length)
    {
        _bytes = new byte[size];
        new Random(1).NextBytes(_bytes);
        _length = length;
        _file = Storage.Default.Open(Path.Combine(directory, "raw"), OpenMode.Truncate);
        byte[] zeros = new byte[1 << 20];
        for (long position = 0; position < length; position += zeros.Length) _file.Write(zeros, position);
        _file.Flush();
    }

    public void Append()
    {
        if (_position + _bytes.Length > _length) _position = 0;
        _file.Write(_bytes, _position);
        _file.Flush();
        _position += _bytes.Length;
    }

    public void Dispose() => _file.Dispose();
}
