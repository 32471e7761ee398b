using LogStore.IO;
using LogStore.Records;

namespace LogStore.Segments;

/// <summary>
/// One segment: a file of record batches, whose first offset is its name, and the two sparse indexes beside it. The last
/// segment of a log is active and takes appends; the others are sealed and never change.
/// </summary>
/// <remarks>
/// One writer. Readers hold the segment with <see cref="Acquire"/> and <see cref="Release"/>: files are opened when
/// somebody needs them and closed when nobody does, so that an idle segment costs no descriptor, and a segment deleted
/// under a reader stays readable for it.
/// </remarks>
internal sealed class LogSegment
{
    private const int UnknownSize = -1;

    private readonly Storage _storage;
    private readonly OpenMode _mode;
    private readonly Lock _gate = new();
    private readonly SegmentSpace _space;
    private StorageFile? _file;
    private SegmentIndexes? _indexes;
    private int _holders;
    private long _size;
    private bool _sealed;
    private bool _retired;
    private long _sealedMaxTimestamp = -1;

    private LogSegment(
        Storage storage, string directory, long baseOffset, SegmentLimits limits, OpenMode mode, long size, bool isSealed)
    {
        _storage = storage;
        _mode = mode;
        _size = size;
        _sealed = isSealed;
        Directory = directory;
        BaseOffset = baseOffset;
        Limits = limits;
        _space = new SegmentSpace(limits);
        Path = SegmentNames.Log(directory, baseOffset);
    }

    public string Directory { get; }

    public long BaseOffset { get; }

    public string Path { get; }

    public SegmentLimits Limits { get; }

    public bool IsSealed => Volatile.Read(ref _sealed);

    /// <summary>How many bytes of the file are batches that readers may see.</summary>
    public long Size
    {
        get
        {
            long size = Volatile.Read(ref _size);
            return size != UnknownSize ? size : MeasureSize();
        }
    }

    /// <summary>The largest timestamp in the segment, in milliseconds; -1 when it has none.</summary>
    public long MaxTimestamp
    {
        get
        {
            long known = Volatile.Read(ref _sealedMaxTimestamp);
            if (known >= 0) return known;
            Acquire();
            try
            {
                long timestamp = Indexes().MaxTimestamp;
                lock (_gate)
                {
                    if (IsSealed) Volatile.Write(ref _sealedMaxTimestamp, timestamp);
                }

                return timestamp;
            }
            finally
            {
                Release();
            }
        }
    }

    /// <summary>A new, empty, active segment; its file is made here.</summary>
    public static LogSegment Create(Storage storage, string directory, long baseOffset, SegmentLimits limits)
    {
        LogSegment segment = OpenActive(storage, directory, baseOffset, limits, size: 0);
        segment._file = storage.Open(segment.Path, OpenMode.Truncate);
        segment.ResetIndexes();
        return segment;
    }

    /// <summary>A segment whose file is complete; nothing is opened until somebody reads it.</summary>
    /// <param name="mode">Read for a view of another's log; ReadWrite for the owner, who may truncate it one day.</param>
    public static LogSegment OpenSealed(
        Storage storage, string directory, long baseOffset, SegmentLimits limits, OpenMode mode) =>
        new(storage, directory, baseOffset, limits, mode, UnknownSize, isSealed: true);

    /// <summary>A segment that takes appends behind its first <paramref name="size"/> bytes.</summary>
    /// <param name="mode">Read when it is another process that appends.</param>
    public static LogSegment OpenActive(
        Storage storage, string directory, long baseOffset, SegmentLimits limits, long size,
        OpenMode mode = OpenMode.ReadWrite) =>
        new(storage, directory, baseOffset, limits, mode, size, isSealed: false);

    /// <summary>Keeps the files open, or openable, until <see cref="Release"/>.</summary>
    public void Acquire()
    {
        lock (_gate) _holders++;
    }

    /// <summary>Ends one <see cref="Acquire"/>.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (--_holders == 0 && IsSealed) CloseFiles();
        }
    }

    /// <summary>The file, opened if need be. The caller holds the segment or is its writer.</summary>
    public StorageFile File()
    {
        StorageFile? file = Volatile.Read(ref _file);
        if (file is not null) return file;
        lock (_gate)
        {
            if (_file is null) ThrowIfRetired();
            return _file ??= _storage.Open(Path, _mode);
        }
    }

    /// <summary>Appends a run of batches with one write, and then shows them to readers.</summary>
    /// <param name="bytes">The batches, back to back.</param>
    /// <param name="batches">One entry per batch, with positions in the buffer that <paramref name="bytes"/> is part of.</param>
    public void Append(ReadOnlySpan<byte> bytes, ReadOnlySpan<StagedBatch> batches)
    {
        long position = _size;
        SegmentIndexes indexes = Indexes();
        StorageFile file = File();
        _space.Reserve(file, position, position + bytes.Length);
        file.Write(bytes, position);
        long shift = position - batches[0].Position;
        foreach (ref readonly StagedBatch batch in batches)
            indexes.Add(batch.LastOffset, batch.MaxTimestamp, shift + batch.Position, batch.Size);
        Volatile.Write(ref _size, position + bytes.Length);
        indexes.WriteOutIfDue();
    }

    /// <summary>Takes back the reserved space and what a failed <see cref="Append"/> may have left in it.</summary>
    public void CutToSize()
    {
        File().SetLength(_size);
        _space.Reset(_size);
    }

    /// <summary>Makes the batches durable.</summary>
    public void Flush()
    {
        long size = Volatile.Read(ref _size);
        File().Flush();
        _space.NoteFlush(size);
    }

    /// <summary>Ends the active life: cuts the reserved space, completes the indexes, makes all of it durable.</summary>
    public void Seal()
    {
        if (IsSealed) return;
        Settle();
        lock (_gate)
        {
            Volatile.Write(ref _sealed, true);
            _indexes?.Dispose(); // Closes the files; a reader in the middle of a look-up still has the memory.
            _indexes = null;     // The next look-up maps the files.
            if (_holders == 0) CloseFiles();
        }
    }

    /// <summary>Leaves the files as a clean close wants them: no reserved space, complete indexes, all durable.</summary>
    public void Settle()
    {
        CutToSize();
        Flush();
        Indexes().Flush();
    }

    /// <summary>Cuts the file at <paramref name="position"/>, where a batch begins, and takes appends again from there.</summary>
    public void TruncateTo(long position)
    {
        lock (_gate)
        {
            Volatile.Write(ref _sealed, false);
            Volatile.Write(ref _sealedMaxTimestamp, -1);
            Volatile.Write(ref _size, position);
        }

        CutToSize();
        Flush();
        Volatile.Write(ref _indexes, SegmentIndexes.Rebuild(_storage, this));
    }

    /// <summary>Sets the size that recovery has found by scanning; the indexes were filled on the way.</summary>
    public void Restore(long size) => Volatile.Write(ref _size, size);

    /// <summary>The indexes of an active segment, for whoever fills them.</summary>
    public SegmentIndexes GrowingIndexes => Indexes();

    /// <summary>Makes the indexes' files complete, but not durable.</summary>
    public void WriteIndexes() => Indexes().WriteOut();

    /// <summary>Makes the indexes' files complete and durable.</summary>
    public void FlushIndexes() => Indexes().Flush();

    /// <summary>Makes a segment take appends again, behind its last batch.</summary>
    public void Activate()
    {
        lock (_gate)
        {
            _indexes?.Dispose();
            _indexes = null;
            Volatile.Write(ref _sealed, false);
            Volatile.Write(ref _sealedMaxTimestamp, -1);
        }
    }

    /// <summary>
    /// Where the first batch that ends at or above <paramref name="offset"/> begins, and its base offset; the end of the
    /// segment when none does.
    /// </summary>
    /// <remarks>The caller holds the segment. An index entry that no batch bears out is passed over.</remarks>
    public (long Position, long BaseOffset) Locate(long offset)
    {
        long size = Size;
        (long lastOffset, int position) = Indexes().Offsets.Lookup(offset);
        using BatchScanner scanner = new(File(), 0) { ExpectedOffset = BaseOffset };
        if (position > 0)
        {
            scanner.Seek(File(), position);
            if (!scanner.MoveNextHeader(size) || scanner.Header.LastOffset != lastOffset)
            {
                scanner.Seek(File(), 0);
                scanner.ExpectedOffset = BaseOffset;
            }
            else if (lastOffset >= offset)
            {
                return (scanner.Position, scanner.Header.BaseOffset);
            }
        }

        while (scanner.MoveNextHeader(size))
        {
            if (scanner.Header.LastOffset >= offset) return (scanner.Position, scanner.Header.BaseOffset);
        }

        if (scanner.Status == BatchStatus.Valid) return (size, scanner.ExpectedOffset);
        throw new CorruptLogException(Path, scanner.Position, Describe(scanner.Status));
    }

    /// <summary>An offset at or before the first record with at least this timestamp. The caller holds the segment.</summary>
    public long LookupTime(long timestamp)
    {
        SegmentIndexes indexes = Indexes();
        (long entryTimestamp, long offset) = indexes.Time.Lookup(timestamp);
        return indexes.BearsOut(this, entryTimestamp, offset) ? offset : BaseOffset;
    }

    /// <summary>Starts the indexes of an active segment anew, empty.</summary>
    public SegmentIndexes ResetIndexes()
    {
        _indexes?.Dispose();
        return _indexes = SegmentIndexes.CreateEmpty(_storage, this);
    }

    /// <summary>Deletes the files. A reader that holds the segment goes on reading what it has open.</summary>
    public void Delete()
    {
        Retire(); // First: nobody who still knows the segment may open, and so make, its file again.
        _storage.DeleteFile(Path);
        _storage.DeleteFile(SegmentNames.OffsetIndex(Directory, BaseOffset));
        _storage.DeleteFile(SegmentNames.TimeIndex(Directory, BaseOffset));
        _storage.DeleteFile(SegmentNames.Snapshot(Directory, BaseOffset));
    }

    /// <summary>
    /// Ends a segment's life before its file is deleted, or its name goes to another. A reader that holds it goes on reading
    /// what it has open; nothing is opened any more.
    /// </summary>
    public void Retire()
    {
        lock (_gate)
        {
            Volatile.Write(ref _retired, true);
            Volatile.Write(ref _sealed, true);
            if (_holders == 0) CloseFiles();
        }
    }

    /// <summary>Closes the files; whoever still holds the segment gets them opened anew.</summary>
    public void Close()
    {
        lock (_gate) CloseFiles();
    }

    /// <summary>What a person is told about a walk that stopped.</summary>
    public static string Describe(BatchStatus status) => status switch
    {
        BatchStatus.Incomplete => "a record batch is cut short",
        BatchStatus.BadLength => "a record batch has an impossible length",
        BatchStatus.BadMagic => "no record batch of magic 2 begins here",
        BatchStatus.BadOffset => "a record batch does not follow the one before it",
        BatchStatus.BadChecksum => "a record batch does not match its CRC-32C",
        _ => "a record batch's header contradicts itself",
    };

    private SegmentIndexes Indexes()
    {
        SegmentIndexes? indexes = Volatile.Read(ref _indexes);
        if (indexes is not null) return indexes;
        lock (_gate)
        {
            if (_indexes is null) ThrowIfRetired();
            return _indexes ??= SegmentIndexes.Open(_storage, this);
        }
    }

    /// <summary>As for a file that was deleted: whoever meets this finds its place in the log anew.</summary>
    private void ThrowIfRetired()
    {
        if (_retired) throw new FileNotFoundException($"'{Path}' was deleted, or replaced by a compacted segment.", Path);
    }

    private long MeasureSize()
    {
        Acquire();
        try
        {
            long length = File().Length;
            long seen = Interlocked.CompareExchange(ref _size, length, UnknownSize);
            return seen == UnknownSize ? length : seen;
        }
        finally
        {
            Release();
        }
    }

    private void CloseFiles()
    {
        _file?.Dispose();
        _file = null;
        _indexes?.Dispose();
        _indexes = null;
    }
}
