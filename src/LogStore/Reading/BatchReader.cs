using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Reading;

/// <summary>
/// One reader's place in a log: goes from segment to segment and hands out batches, each checked against its checksum.
/// </summary>
/// <remarks>Not thread-safe; any number of readers may run beside the writer.</remarks>
internal sealed class BatchReader : IDisposable
{
    /// <summary>How often a place is looked at again while another process may be changing it.</summary>
    private const int MaxAttempts = 100;

    private readonly LogView _view;
    private LogSegment? _segment;
    private BatchScanner? _scanner;
    private int _truncations;
    private int _attempts;

    /// <param name="view">The log.</param>
    /// <param name="offset">Where to begin: the first batch is the one that holds this offset.</param>
    /// <exception cref="OffsetOutOfRangeException">The offset is not in [LogStartOffset, LogEndOffset].</exception>
    public BatchReader(LogView view, long offset)
    {
        _view = view;
        _truncations = view.SettledTruncations();
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
            try
            {
                if (_segment is null && !Seek())
                {
                    if (_truncations != _view.Truncations) continue; // There are segments again in a moment.
                    return false;
                }

                long end = _view.LogEndOffset; // Before the size, which then covers it.
                long limit = _segment!.Size;
                if (_scanner!.MoveNext(limit))
                {
                    batch = _scanner.Batch;
                    _attempts = 0;
                    // What compaction has left of records that were read before, or that the reader did not ask for.
                    bool isBehind = batch.RecordCount == 0 && batch.BaseOffset < NextOffset;
                    NextOffset = batch.NextOffset;
                    if (isBehind) continue;
                    return true;
                }

                if (_truncations == _view.Truncations && !GoOn(limit, end)) return false;
            }
            catch (Exception exception) when (
                exception is CorruptLogException or IOException or OffsetOutOfRangeException)
            {
                if (_truncations != _view.Truncations) continue; // It was being cut, or found anew, while we looked.
                if (exception is OffsetOutOfRangeException) throw;
                if (_attempts++ < MaxAttempts && _view.MayHaveChanged()) continue;
                if (exception is FileNotFoundException) CheckStillThere();
                throw;
            }
        }
    }

    public void Dispose()
    {
        Leave();
        _scanner?.Dispose();
        _scanner = null;
    }

    /// <summary>The segment has no more: goes to the next one, or says that this is the end.</summary>
    /// <param name="limit">The size of the segment when it was walked.</param>
    /// <param name="end">The end of the log before that.</param>
    private bool GoOn(long limit, long end)
    {
        BatchStatus status = _scanner!.Status;
        long place = _scanner.ExpectedOffset;
        LogSegment? next = _view.Segments.After(_segment!.BaseOffset);
        if (next is null && status == BatchStatus.Valid && place >= end) return false;
        if (next is not null)
        {
            if (_segment.Size != limit) return true; // It grew before the next one was made.
            if (next.BaseOffset == place)
            {
                // Nothing is missing, so what stands behind the last batch is space that was reserved.
                Enter(next, 0, place);
                return true;
            }
        }

        CheckRange(); // A segment that was deleted since has left a gap.
        string reason = status != BatchStatus.Valid
            ? LogSegment.Describe(status)
            : $"it ends at offset {place}, but the log goes on at {next?.BaseOffset ?? end}";
        throw new CorruptLogException(_segment.Path, _scanner.Position, reason);
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
            (long position, long offset) = segment.Locate(NextOffset);
            Enter(segment, position, offset);
        }
        finally
        {
            segment.Release();
        }

        return true;
    }

    /// <param name="segment">Where to go on.</param>
    /// <param name="position">A batch begins there.</param>
    /// <param name="offset">The offset that the batch must have.</param>
    private void Enter(LogSegment segment, long position, long offset)
    {
        segment.Acquire();
        Leave();
        _segment = segment;
        if (_scanner is null) _scanner = new BatchScanner(segment.File(), position);
        else _scanner.Seek(segment.File(), position);
        _scanner.ExpectedOffset = offset;
    }

    private void StartOver()
    {
        _truncations = _view.SettledTruncations();
        Leave();
        if (NextOffset > _view.LogEndOffset) throw new LogTruncatedException(_view.Directory, _view.LogEndOffset);
    }

    private void Leave()
    {
        _segment?.Release();
        _segment = null;
    }

    /// <summary>A segment whose file is gone was deleted by its owner, another process, unless its offsets are retained.</summary>
    private void CheckStillThere()
    {
        _view.Refresh();
        CheckRange();
    }

    private void CheckRange()
    {
        long start = _view.LogStartOffset;
        long end = _view.LogEndOffset;
        if (NextOffset < start || NextOffset > end) throw new OffsetOutOfRangeException(NextOffset, start, end);
    }
}
