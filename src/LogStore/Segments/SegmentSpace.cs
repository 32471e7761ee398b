using LogStore.IO;

namespace LogStore.Segments;

/// <summary>
/// The room in a segment's file ahead of its data. Blocks are reserved in steps that double, so that a flush need not
/// journal a new file length each time. While small groups are flushed, the next of them are filled with zeros as well: the
/// first write to a reserved block makes the flush behind it journal that the block now has content, which takes as long
/// as the flush itself. Large groups would pay for writing everything twice, and go without.
/// </summary>
/// <remarks>The writer's, but for <see cref="NoteFlush"/>, which is the flusher's.</remarks>
internal sealed class SegmentSpace(SegmentLimits limits)
{
    private const long FirstReservation = 256 * 1024;
    private const long LargestReservation = 64L * 1024 * 1024;
    private const long SmallGroup = 256 * 1024;
    private const int ZeroedAhead = 1024 * 1024;

    private static readonly byte[] Zeros = new byte[64 * 1024];

    private long _reserved;
    private long _zeroed;
    private long _flushed;
    private long _lastGroup = long.MaxValue;

    /// <summary>
    /// Makes room for a write to [<paramref name="position"/>, <paramref name="end"/>) at the end of the data. Where the
    /// device is full this is what fails, before any byte of the data is written.
    /// </summary>
    public void Reserve(StorageFile file, long position, long end)
    {
        if (!limits.Preallocate) return;
        if (end > _reserved)
        {
            long step = Math.Clamp(position, FirstReservation, LargestReservation);
            long target = Math.Max(end, Math.Min(position + step, limits.MaxBytes));
            file.Allocate(position, target - position);
            _reserved = target;
        }

        if (end > _zeroed && FlushesAreSmall(end)) Zero(file, end);
    }

    /// <summary>Takes note that the data up to <paramref name="size"/> is durable.</summary>
    public void NoteFlush(long size)
    {
        if (size <= _flushed) return;
        Volatile.Write(ref _lastGroup, size - _flushed);
        Volatile.Write(ref _flushed, size);
    }

    /// <summary>The file has been cut to end where the data does.</summary>
    public void Reset(long size)
    {
        _reserved = _zeroed = size;
        Volatile.Write(ref _flushed, Math.Min(_flushed, size));
    }

    /// <summary>Whether the last flush was of a small group, and the next one, which reaches to this end, still may be.</summary>
    private bool FlushesAreSmall(long end) =>
        Volatile.Read(ref _lastGroup) <= SmallGroup && end - Volatile.Read(ref _flushed) <= SmallGroup;

    private void Zero(StorageFile file, long end)
    {
        long target = Math.Min(end + ZeroedAhead, _reserved);
        for (long position = end; position < target; position += Zeros.Length)
            file.Write(Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, target - position)), position);
        _zeroed = target;
    }
}
