using LogStore.IO;
using LogStore.Records;
using LogStore.Recovery;
using LogStore.Segments;

namespace LogStore.Reading;

/// <summary>
/// Another process's log. Its end is found by walking the last segment: the writer copies its bytes into the file in order,
/// so a batch with something behind it is complete, and only the last one must prove it by its checksum.
/// </summary>
internal sealed class ForeignView : LogView, IDisposable
{
    private readonly Storage _storage;
    private readonly Lock _gate = new();
    private readonly AppendSignal _signal = new();
    private FileSystemWatcher? _watcher;
    private long _startOffset;
    private long _endOffset;
    private long _swaps;
    private bool _disposed;

    private ForeignView(Storage storage, string directory)
    {
        _storage = storage;
        Directory = directory;
    }

    public override string Directory { get; }

    public override SegmentList Segments { get; } = new([]);

    public override long LogStartOffset => Volatile.Read(ref _startOffset);

    public override long LogEndOffset => Volatile.Read(ref _endOffset);

    public long SizeInBytes
    {
        get
        {
            long total = 0;
            foreach (LogSegment segment in Segments.All) total += segment.Size;
            return total;
        }
    }

    public static ForeignView Open(string directory)
    {
        ForeignView view = new(Storage.Default, directory);
        view.Refresh();
        return view;
    }

    public override Task WaitForMoreAsync()
    {
        lock (_gate)
        {
            if (!_disposed) _watcher ??= Watch();
        }

        return _signal.WaitAsync();
    }

    public override void Refresh()
    {
        lock (_gate)
        {
            LogCheckpoint checkpoint = CheckpointFile.Load(_storage, Directory).Current;
            if (Segments.Count == 0) FindSegments(checkpoint);
            else if (IsOutOfDate(checkpoint)) StartOver(checkpoint);
            ExtendAll();
            RefreshStart(checkpoint.LogStartOffset);
        }
    }

    public override bool MayHaveChanged()
    {
        lock (_gate)
        {
            if (_disposed || !IsOutOfDate(CheckpointFile.Load(_storage, Directory).Current)) return false;
        }

        // A file system's few calls long; if the owner has died in between, its successor finishes the swap.
        Thread.Sleep(1);
        try
        {
            Refresh();
        }
        catch (IOException)
        {
            // A file went between being listed and being opened: the next look lists anew.
        }

        return true;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _watcher?.Dispose();
        }

        _signal.Fail(new ObjectDisposedException(nameof(ReadOnlyLog)));
        foreach (LogSegment segment in Segments.All) segment.Close();
    }

    /// <summary>
    /// Finds the segments up to the first that may still be unfinished: what lies above the recovery point can have space
    /// reserved behind its batches and entries missing in its indexes, and is walked, one segment after the other.
    /// </summary>
    private void FindSegments(LogCheckpoint checkpoint)
    {
        _swaps = checkpoint.Swaps;
        long recoveryPoint = checkpoint.RecoveryPoint;
        List<long> offsets = SegmentNames.FindSegments(_storage, Directory);
        for (int index = 0; index < offsets.Count; index++)
        {
            if (index == offsets.Count - 1 || offsets[index + 1] > recoveryPoint)
            {
                AddLast(offsets[index]);
                return;
            }

            Segments.Add(LogSegment.OpenSealed(
                _storage, Directory, offsets[index], LogConfig.Default.SegmentLimits, OpenMode.Read));
        }
    }

    /// <summary>Whether the owner has swapped segments since they were found, or is at it.</summary>
    private bool IsOutOfDate(LogCheckpoint checkpoint) => checkpoint.Swaps != _swaps || (checkpoint.Swaps & 1) != 0;

    /// <summary>Finds the segments anew; who reads one of the old ones finds its place anew.</summary>
    private void StartOver(LogCheckpoint checkpoint)
    {
        BeginTruncation();
        try
        {
            LogSegment[] before = [.. Segments.All];
            Segments.Clear();
            foreach (LogSegment segment in before) segment.Retire();
            FindSegments(checkpoint);
            if (Segments.Count == 0) Volatile.Write(ref _endOffset, checkpoint.LogStartOffset); // It was emptied.
            ExtendAll();
        }
        finally
        {
            EndTruncation();
        }
    }

    private void ExtendAll()
    {
        while (Segments.Last is { } last)
        {
            Extend(last);
            if (LogEndOffset == last.BaseOffset || !_storage.FileExists(SegmentNames.Log(Directory, LogEndOffset))) break;
            AddLast(LogEndOffset);
        }
    }

    /// <summary>Takes the segment that the writer appends to, as yet without a byte.</summary>
    private void AddLast(long baseOffset)
    {
        LogSegment segment = LogSegment.OpenActive(
            _storage, Directory, baseOffset, LogConfig.Default.SegmentLimits, size: 0, OpenMode.Read);
        segment.ResetIndexes();
        Segments.Add(segment);
        Volatile.Write(ref _endOffset, baseOffset);
    }

    /// <summary>Walks what has come to the last segment and makes it readable.</summary>
    private void Extend(LogSegment segment)
    {
        long length = segment.File().Length;
        if (length < segment.Size)
        {
            BeginTruncation();
            segment.Restore(0);
            Volatile.Write(ref _endOffset, segment.BaseOffset);
            EndTruncation();
        }

        if (segment.Size == 0) segment.ResetIndexes();
        SegmentIndexes indexes = segment.GrowingIndexes;
        using BatchScanner scanner = new(segment.File(), segment.Size) { ExpectedOffset = LogEndOffset };
        (RecordBatchHeader Header, long Position) last = default;
        bool any = false;
        while (scanner.MoveNextHeader(length))
        {
            if (any) Publish(segment, indexes, last.Header, last.Position);
            last = (scanner.Header, scanner.Position);
            any = true;
        }

        if (!any) return;
        scanner.Seek(segment.File(), last.Position);
        if (scanner.MoveNext(length)) Publish(segment, indexes, last.Header, last.Position);
    }

    private void Publish(LogSegment segment, SegmentIndexes indexes, in RecordBatchHeader header, long position)
    {
        indexes.Add(header.LastOffset, header.MaxTimestamp, position, header.SizeInBytes);
        segment.Restore(position + header.SizeInBytes);
        Volatile.Write(ref _endOffset, header.NextOffset);
    }

    private void RefreshStart(long start)
    {
        ReadOnlySpan<LogSegment> segments = Segments.All;
        int gone = 0;
        while (gone < segments.Length - 1 &&
               (segments[gone + 1].BaseOffset <= start || !_storage.FileExists(segments[gone].Path))) gone++;
        if (segments.Length > 0) start = Math.Max(start, segments[gone].BaseOffset);
        // The start first: a reader that finds a gap must find it explained.
        Volatile.Write(ref _startOffset, start);
        if (LogEndOffset < start) Volatile.Write(ref _endOffset, start);
        foreach (LogSegment segment in segments[..gone]) Segments.Remove(segment);
    }

    private FileSystemWatcher Watch()
    {
        FileSystemWatcher watcher = new(Directory, "*" + SegmentNames.LogSuffix)
        {
            NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.FileName,
        };
        watcher.Changed += (_, _) => _signal.Raise();
        watcher.Created += (_, _) => _signal.Raise();
        watcher.Error += (_, _) => _signal.Raise(); // Events were lost: whoever waits must look.
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
