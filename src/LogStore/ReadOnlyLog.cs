using LogStore.Reading;
using LogStore.Records;

namespace LogStore;

/// <summary>
/// A log seen from outside the process that writes it: takes no lock, changes nothing, and can follow the writer.
/// </summary>
/// <remarks>
/// Thread-safe. It sees what is in the page cache: batches that the writer has appended but not flushed may be gone after a
/// crash of the machine. If the owner truncates the log, reading fails with <see cref="LogTruncatedException"/> or
/// <see cref="CorruptLogException"/>; open it again then.
/// </remarks>
public sealed class ReadOnlyLog : IAsyncDisposable
{
    private readonly ForeignView _view;
    private bool _disposed;

    private ReadOnlyLog(ForeignView view) => _view = view;

    /// <summary>The directory that holds the log's files, as a full path.</summary>
    public string Directory => _view.Directory;

    /// <summary>The first retained offset (inclusive), as of the last look.</summary>
    public long LogStartOffset => _view.LogStartOffset;

    /// <summary>The end of the log (exclusive), as of the last look: reading to the end looks again.</summary>
    public long LogEndOffset => _view.LogEndOffset;

    /// <summary>The bytes of all segments' batches.</summary>
    public long SizeInBytes => _view.SizeInBytes;

    /// <summary>The number of segments.</summary>
    public int SegmentCount => _view.Segments.Count;

    /// <summary>Opens the log in a directory, which may be in use by its writer.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    public static ValueTask<ReadOnlyLog> OpenAsync(string directory, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        string path = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(path)) throw new DirectoryNotFoundException($"There is no directory '{path}'.");
        return new ValueTask<ReadOnlyLog>(
            Task.Run(() => new ReadOnlyLog(ForeignView.Open(path)), cancellationToken));
    }

    /// <inheritdoc cref="Log.ReadAsync"/>
    public IAsyncEnumerable<RecordBatch> ReadAsync(
        long offset, ReadMode mode = ReadMode.ToEnd, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return BatchStream.ReadAsync(_view, offset, mode, cancellationToken);
    }

    /// <inheritdoc cref="Log.FindOffset"/>
    public long? FindOffset(DateTimeOffset time)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return BatchStream.FindRecord(_view, time.ToUnixTimeMilliseconds())?.Offset;
    }

    /// <summary>Looks for what the writer has appended or deleted since the last look.</summary>
    public void Refresh()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _view.Refresh();
    }

    /// <summary>Stops following; readers under way end with an error.</summary>
    public ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _disposed, true)) _view.Dispose();
        return ValueTask.CompletedTask;
    }
}
