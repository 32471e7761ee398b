using LogStore.IO;
using LogStore.Records;
using LogStore.Recovery;
using LogStore.Segments;

namespace LogStore.Inspection;

/// <summary>
/// Walks the batches of one <c>.log</c> file as they lie there, those with a wrong checksum included: for tools that show a
/// file. <see cref="LogVerifier"/> judges a whole log.
/// </summary>
/// <remarks>Changes nothing and takes no lock. Not thread-safe.</remarks>
public sealed class SegmentInspector : IDisposable
{
    private readonly StorageFile _file;
    private readonly BatchScanner _scanner;
    private readonly long _length;

    /// <summary>Opens a segment's file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public SegmentInspector(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _file = Storage.Default.Open(Path.GetFullPath(path), OpenMode.Read);
        _length = _file.Length;
        _scanner = new BatchScanner(_file, 0);
    }

    /// <summary>Where the current batch begins, in bytes.</summary>
    public long Position => _scanner.Position;

    /// <summary>The current batch's header.</summary>
    public RecordBatchHeader Header => _scanner.Header;

    /// <summary>Whether the current batch matches its checksum.</summary>
    public bool IsValid { get; private set; }

    /// <summary>The current batch, where <see cref="IsValid"/>; until the next move.</summary>
    public RecordBatch Batch =>
        IsValid ? _scanner.Batch : throw new InvalidOperationException("The batch does not match its checksum.");

    /// <summary>The first damage met, a wrong checksum or what is no batch at all; null while there was none.</summary>
    public CorruptLogException? Damage { get; private set; }

    /// <summary>Moves to the next batch; false where none follows, which is no damage where the file is only reserved.</summary>
    public bool MoveNext()
    {
        IsValid = _scanner.MoveNext(_length);
        if (IsValid) return true;
        BatchStatus status = _scanner.Status;
        if (status == BatchStatus.Valid) return false;
        bool isReserved = TailInspector.Inspect(_file, Position, _length, expectedOffset: 0) == TailKind.Reserved;
        if (!isReserved) Damage ??= new CorruptLogException(_file.Path, Position, LogSegment.Describe(status));
        if (status != BatchStatus.BadChecksum) return false;
        // Its length leads to the next one, if that is not what is damaged.
        _scanner.Seek(_file, Position + Header.SizeInBytes);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scanner.Dispose();
        _file.Dispose();
    }
}
