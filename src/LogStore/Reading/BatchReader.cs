using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Reading;

/// <summary>
/// One reader's place in a log: goes from segment to segment and hands out batches, each checked against its checksum.
/// </summary>
/// <remarks>Not thread-safe; any number of readers may run beside the writer.</remarks>
internal sealed class BatchReader : IDisposable
{
    private readonly LogView _view;
    private LogSegment? _segment;
    private BatchScanner? _scanner;
    private int _truncations;

    /// <param name="view">The log.</param>
    /// <param name="offset">Where to begin: the first batch is the one that holds this offset.</param>
    /// <exception cref="OffsetOutOfRangeException">The offset is not in [LogStartOffset, LogEndOffset].</exception>
    public BatchReader(LogView view, long offset)
    {
        _view = view;
        _truncations = view.AwaitTruncations();
        NextOffset = offset;
        CheckRange();
    }

    /// <summary>The offset that the next batch will hold.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Reads the next batch; false at the end of what may be read, from where it can go on later.</summary>
    /// <param name="batch">Over the reader's own buffer: valid until the next call.</param>
    /// <exception cref="CorruptLogException">The stored bytes are damaged.</exception>
    public bool TryRead(out RecordBatch batch)
    {
        batch = default;
        while (true)
        {
            if (_truncations != _view.Truncations) StartOver();
            if (_segment is null && !Seek()) return false;
            long limit = _segment!.Size;
            if (_scanner!.MoveNext(limit))
            {
                batch = _scanner.Batch;
                NextOffset = batch.NextOffset;
                return true;
            }

            if (_truncations != _view.Truncations) continue;
            if (_scanner.Status != BatchStatus.Valid)
                throw new CorruptLogException(_segment.Path, _scanner.Position, LogSegment.Describe(_scanner.Status));
            LogSegment? next = _view.Segments.After(_segment.BaseOffset);
            if (next is null) return false;
            if (_segment.Size == limit) Enter(next, 0); // Otherwise it grew before the next one was made.
        }
    }

    public void Dispose()
    {
        Leave();
        _scanner?.Dispose();
        _scanner = null;
    }

    private bool Seek()
    {
        LogSegment? segment = _view.Segments.Find(NextOffset);
        if (segment is null)
        {
            CheckRange(); // Below the first segment: deleted since; or nothing has been written at all.
            return false;
        }

        segment.Acquire();
        try
        {
            Enter(segment, segment.Locate(NextOffset));
        }
        catch (FileNotFoundException)
        {
            _view.Refresh(); // Deleted by its owner, another process.
            CheckRange();
            throw;
        }
        finally
        {
            segment.Release();
        }

        return true;
    }

    private void Enter(LogSegment segment, long position)
    {
        segment.Acquire();
        Leave();
        _segment = segment;
        if (_scanner is null) _scanner = new BatchScanner(segment.File(), position);
        else _scanner.Seek(segment.File(), position);
        if (position == 0) _scanner.ExpectedOffset = segment.BaseOffset;
    }

    private void StartOver()
    {
        _truncations = _view.AwaitTruncations();
        Leave();
        if (NextOffset > _view.LogEndOffset) throw new LogTruncatedException(_view.Directory, _view.LogEndOffset);
    }

    private void Leave()
    {
        _segment?.Release();
        _segment = null;
    }

    private void CheckRange()
    {
        long start = _view.LogStartOffset;
        long end = _view.LogEndOffset;
        if (NextOffset < start || NextOffset > end) throw new OffsetOutOfRangeException(NextOffset, start, end);
    }
}
