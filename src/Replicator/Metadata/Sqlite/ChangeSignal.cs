using Microsoft.Win32.SafeHandles;

namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>
/// Wakes the watchers of a store: those of this process directly, those of others by writing to a file beside the
/// store's, for which the system tells them. The write-ahead log would not do: it is written before the commit can be
/// seen.
/// </summary>
/// <remarks>
/// Thread-safe. A signal may be lost between processes, or come for nothing: watchers look by themselves, too.
/// </remarks>
internal sealed class ChangeSignal : IDisposable
{
    private const string Suffix = "-changed";

    private static readonly TimeSpan Unaided = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Aided = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle _file;
    private readonly FileSystemWatcher? _watcher;
    private TaskCompletionSource _next = NewSource();

    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not this user's to write.</exception>
    public ChangeSignal(string storePath)
    {
        string path = Path.GetFullPath(storePath) + Suffix;
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _watcher = TryWatch(path);
    }

    /// <summary>
    /// How long a watcher may rely on being woken: long where the system tells of the file, else short.
    /// </summary>
    public TimeSpan PollInterval => _watcher is null ? Unaided : Aided;

    /// <summary>Ends with the next signal. To miss none, take it before looking.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes everybody. After the commit, which is done: a failure is of no consequence but delay.</summary>
    public void Raise()
    {
        Wake();
        try
        {
            RandomAccess.Write(_file, [1], fileOffset: 0);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The device is full, or the store is being closed: the watchers of other processes find it by looking.
        }
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        _file.Dispose();
        Wake();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake() => Interlocked.Exchange(ref _next, NewSource()).SetResult();

    private FileSystemWatcher? TryWatch(string path)
    {
        FileSystemWatcher watcher = new(Path.GetDirectoryName(path)!, Path.GetFileName(path))
        {
            NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        try
        {
            watcher.Changed += (_, _) => Wake();
            watcher.Error += (_, _) => Wake();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or PlatformNotSupportedException)
        {
            // The user's limit of inotify instances is reached, or the file system has no such thing.
            watcher.Dispose();
            return null;
        }
    }
}
