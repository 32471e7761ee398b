using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Reading;

/// <summary>
/// A place in a log from which whole batches are copied into the caller's memory, as a leader does for a follower. A read that
/// goes on where the last one ended costs one pread and a look at each header; any other one is looked up in the index first.
/// </summary>
/// <remarks>
/// Not thread-safe; any number of cursors may run beside the writer. It survives rolls, truncation, compaction and retention. It
/// holds the segment that it read last, whose file takes space until the next read even if it is deleted: dispose it.
/// </remarks>
public sealed class LogCursor : IDisposable
{
    /// <summary>How often a place is looked for again whose segment is being deleted or replaced.</summary>
    private const int MaxAttempts = 100;

    private readonly Log _log;
    private readonly LogView _view;
    private LogSegment? _segment;
    private long _position;
    private long _place;
    private long _asked;
    private int _truncations;
    private bool _disposed;

    internal LogCursor(Log log, LogView view)
    {
        _log = log;
        _view = view;
    }

    /// <summary>
    /// Copies as many whole batches as fit, from the one that holds <paramref name="offset"/> on, as the file has them. The first
    /// may begin below the offset, unless it is an empty one that compaction has left: that is cut to begin there, as its bounds
    /// are those of the gap and not of a batch that anybody has.
    /// </summary>
    /// <param name="offset">In [<see cref="Log.LogStartOffset"/>, <see cref="Log.LogEndOffset"/>].</param>
    /// <param name="endOffset">No batch that ends above this offset is part of it (exclusive).</param>
    /// <param name="destination">Takes the batches; what is behind them may be overwritten.</param>
    /// <remarks>
    /// Allocates nothing but for a look-up. The batches' headers are checked and the order of their offsets; their CRC-32C is not.
    /// </remarks>
    /// <exception cref="OffsetOutOfRangeException">The offset is not in the log.</exception>
    /// <exception cref="CorruptLogException">The batches' headers are damaged.</exception>
    /// <exception cref="ObjectDisposedException">The cursor or the log was disposed.</exception>
    public CursorRead Read(long offset, long endOffset, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (int attempt = 0; ; attempt++)
        {
            _log.ThrowIfDisposed();
            int truncations = _view.SettledTruncations();
            CheckRange(offset);
            try
            {
                if (_segment is null || _truncations != truncations || _asked != offset) Seek(offset, truncations);
                CursorRead read = ReadHere(offset, endOffset, destination);
                if (truncations == _view.Truncations) return read;
            }
            catch (Exception exception) when (exception is CorruptLogException or IOException)
            {
                Leave();
                if (truncations != _view.Truncations) continue; // It was being cut while we looked.
                CheckRange(offset); // Its segment was deleted since.
                if (exception is not FileNotFoundException || attempt >= MaxAttempts) throw; // Or compacted.
            }
        }
    }

    /// <summary>
    /// Lends whole batches in the memory that they were just written from, which saves reading them. That succeeds only while
    /// those who listen for appends are being told of them (<see cref="Log.AddAppendListener"/>); else <see cref="Read"/> has them.
    /// </summary>
    /// <param name="offset">Where the first batch begins.</param>
    /// <param name="endOffset">No batch that ends above this offset is part of it (exclusive).</param>
    /// <param name="maxBytes">The most that is of use, in bytes.</param>
    /// <param name="lent">The batches; the caller releases them.</param>
    /// <returns>False: they are not to be had in this way.</returns>
    /// <remarks>Allocates nothing.</remarks>
    /// <exception cref="ObjectDisposedException">The cursor was disposed.</exception>
    public bool TryLend(long offset, long endOffset, int maxBytes, out LentBatches lent)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_log.TryLend(offset, endOffset, maxBytes, out lent)) return false;
        if (_segment is not null && _segment == _view.Segments.Last && _asked == offset)
        {
            // The file has the same bytes where this cursor stands.
            _position += lent.Length;
            _place = _asked = lent.NextOffset;
        }
        else
        {
            Leave(); // The next read looks its place up.
        }

        return true;
    }

    /// <summary>Lets go of the segment.</summary>
    public void Dispose()
    {
        _disposed = true;
        Leave();
    }

    private CursorRead ReadHere(long offset, long endOffset, Span<byte> destination)
    {
        // The end of the log is read before the size, which then covers it.
        long end = Math.Min(endOffset, _view.LogEndOffset);
        CursorRead nothing = new(0, offset, 0);
        if (_segment is null || offset >= end) return nothing;
        while (true)
        {
            long limit = _segment.Size;
            if (_position < limit) return Copy(offset, end, limit, destination);
            LogSegment? next = _view.Segments.After(_segment.BaseOffset);
            if (_segment.Size != limit) continue; // It grew before the next one was made.
            if (next is null) return nothing;
            if (next.BaseOffset != _place)
                throw new CorruptLogException(
                    _segment.Path, limit, $"it ends at offset {_place}, but the log goes on at {next.BaseOffset}");
            Enter(next, 0, _place);
        }
    }

    private CursorRead Copy(long offset, long end, long limit, Span<byte> destination)
    {
        int wanted = (int)Math.Min(limit - _position, destination.Length);
        int count = _segment!.File().ReadFully(destination[..wanted], _position);
        int taken = 0;
        long place = _place;
        while (count - taken >= RecordBatchHeader.Size)
        {
            RecordBatchHeader header = Header(destination[taken..count], _position + taken, place);
            if (header.NextOffset > end || header.SizeInBytes > count - taken) break;
            if (header.BaseOffset < offset && header.RecordCount == 0 && !header.HasProducerId)
                CutTo(offset, header, destination[taken..(taken + header.SizeInBytes)]);
            taken += header.SizeInBytes;
            place = header.NextOffset;
        }

        if (taken == 0) return new CursorRead(0, offset, SizeOfFirst(end));
        _position += taken;
        _place = _asked = place;
        return new CursorRead(taken, place, 0);
    }

    /// <summary>The size of the batch at the cursor; 0 when it ends above what may be read.</summary>
    private int SizeOfFirst(long end)
    {
        Span<byte> bytes = stackalloc byte[RecordBatchHeader.Size];
        int count = _segment!.File().ReadFully(bytes, _position);
        RecordBatchHeader header = Header(bytes[..count], _position, _place);
        return header.NextOffset > end ? 0 : header.SizeInBytes;
    }

    private RecordBatchHeader Header(ReadOnlySpan<byte> bytes, long position, long place)
    {
        BatchStatus status = RecordBatchHeader.TryRead(bytes, out RecordBatchHeader header);
        if (status == BatchStatus.Valid && header.BaseOffset != place) status = BatchStatus.BadOffset;
        if (status != BatchStatus.Valid)
            throw new CorruptLogException(_segment!.Path, position, LogSegment.Describe(status));
        return header;
    }

    private static void CutTo(long offset, RecordBatchHeader header, Span<byte> batch)
    {
        header = header with { BaseOffset = offset, LastOffsetDelta = (int)(header.LastOffset - offset) };
        header.Write(batch);
        RecordBatchHeader.WriteChecksum(batch);
    }

    private void Seek(long offset, int truncations)
    {
        Leave();
        _truncations = truncations;
        _asked = offset;
        LogSegment? segment = _view.Segments.Find(offset);
        if (segment is null) return; // Nothing has been written, or it was deleted since.
        segment.Acquire();
        try
        {
            (long position, long place) = segment.Locate(Math.Max(offset, segment.BaseOffset));
            Enter(segment, position, place);
        }
        finally
        {
            segment.Release();
        }
    }

    private void Enter(LogSegment segment, long position, long place)
    {
        segment.Acquire();
        Leave();
        _segment = segment;
        _position = position;
        _place = place;
    }

    private void Leave()
    {
        _segment?.Release();
        _segment = null;
    }

    private void CheckRange(long offset)
    {
        long start = _view.LogStartOffset;
        long end = _view.LogEndOffset;
        if (offset < start || offset > end) throw new OffsetOutOfRangeException(offset, start, end);
    }
}
