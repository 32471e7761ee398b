namespace LogStore.Sinks.Sqlite.Tests.Support;

/// <summary>Waits until files of a directory were changed so often, as the system tells: by whomever.</summary>
internal sealed class ChangeCount : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FileSystemWatcher _watcher;
    private int _left;

    public ChangeCount(string directory, string files, int count)
    {
        _left = count;
        _watcher = new FileSystemWatcher(directory, files) { NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.Size };
        _watcher.Changed += (_, _) =>
        {
            if (Interlocked.Decrement(ref _left) == 0) _reached.TrySetResult();
        };
        _watcher.EnableRaisingEvents = true;
    }

    public Task Reached => _reached.Task;

    public void Dispose() => _watcher.Dispose();
}
