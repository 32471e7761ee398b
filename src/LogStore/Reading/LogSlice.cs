using LogStore.IO;
using LogStore.Segments;

namespace LogStore.Reading;

/// <summary>
/// A stretch of batches in a segment's file, held open until it is disposed, so that it can be sent from the file without
/// passing through managed memory.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class LogSlice : IDisposable
{
    private readonly LogSegment _segment;
    private readonly StorageFile _file;
    private bool _disposed;

    /// <summary>Takes over one hold on the segment.</summary>
    internal LogSlice(LogSegment segment, long position, int length)
    {
        _segment = segment;
        _file = segment.File();
        Position = position;
        Length = length;
    }

    /// <summary>Where the stretch begins in the file, in bytes.</summary>
    public long Position { get; }

    /// <summary>Its size in bytes.</summary>
    public int Length { get; }

    /// <summary>
    /// The file, for a system call that copies from it (sendfile); null where the log is not on the system's files. It is
    /// the log's: do not dispose it, and do not rely on its own position.
    /// </summary>
    public FileStream? File => _file.AsStream();

    /// <summary>Reads a part of the stretch.</summary>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="from">Where to begin, counted from the beginning of the stretch.</param>
    /// <returns>How many bytes were read; fewer than asked for only at the end, or when the log was truncated since.</returns>
    public int Read(Span<byte> destination, int from)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        int count = Math.Clamp(Length - from, 0, destination.Length);
        return _file.ReadFully(destination[..count], Position + from);
    }

    /// <summary>Lets go of the file.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _segment.Release();
    }
}
