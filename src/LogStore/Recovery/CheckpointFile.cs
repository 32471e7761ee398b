using LogStore.IO;

namespace LogStore.Recovery;

/// <summary>The log's checkpoint in memory and in its file. Thread-safe: one change at a time, each durable on return.</summary>
internal sealed class CheckpointFile
{
    private readonly Storage _storage;
    private readonly string _path;
    private readonly Lock _gate = new();
    private LogCheckpoint _current;

    private CheckpointFile(Storage storage, string path, LogCheckpoint current)
    {
        _storage = storage;
        _path = path;
        _current = current;
    }

    public LogCheckpoint Current => Volatile.Read(ref _current);

    /// <summary>Loads the file; a missing or damaged one is as if nothing were known, and recovery scans everything.</summary>
    public static CheckpointFile Load(Storage storage, string directory)
    {
        string path = Path.Combine(directory, LogCheckpoint.FileName);
        byte[]? content = storage.TryReadFile(path);
        LogCheckpoint? checkpoint = content is null ? null : LogCheckpoint.TryRead(content);
        return new CheckpointFile(storage, path, checkpoint ?? LogCheckpoint.Empty);
    }

    /// <summary>Changes the checkpoint; when nothing differs, the file is left alone.</summary>
    public void Update(Func<LogCheckpoint, LogCheckpoint> change)
    {
        lock (_gate)
        {
            LogCheckpoint next = change(_current);
            if (next == _current) return;
            _storage.ReplaceFile(_path, next.Write());
            Volatile.Write(ref _current, next);
        }
    }

    /// <summary>Takes back the clean marker; called before the first byte is changed.</summary>
    public void MarkOpen()
    {
        if (Current.IsClean) Update(current => current with { CleanEnd = -1, CleanBytes = -1 });
    }
}
