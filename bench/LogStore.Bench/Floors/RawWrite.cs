using System.Diagnostics;
using LogStore.IO;

namespace LogStore.Bench.Floors;

/// <summary>
/// The floor of appending to the page cache: the bytes of the records alone, written to a fresh file by one thread with one
/// large pwrite after another.
/// </summary>
internal sealed class RawWrite(string directory, int size, long records) : IDisposable
{
    private readonly StorageFile _file = Storage.Default.Open(Path.Combine(directory, "raw"), OpenMode.Truncate);
    private readonly byte[] _bytes = new byte[1 << 20];

    /// <summary>One round: records per second, megabytes per second, bytes allocated per record.</summary>
    public double[] Run()
    {
        long bytes = size * records;
        long started = Stopwatch.GetTimestamp();
        for (long position = 0; position < bytes; position += _bytes.Length)
            _file.Write(_bytes.AsSpan(0, (int)Math.Min(_bytes.Length, bytes - position)), position);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        _file.SetLength(0);
        return [records / seconds, bytes / seconds / 1e6, 0];
    }

    public void Dispose() => _file.Dispose();
}
