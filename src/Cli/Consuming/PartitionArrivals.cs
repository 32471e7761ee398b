namespace LogStore.Cli.Consuming;

/// <summary>Tells when a data directory gets new directories, as a partition has when it is first written.</summary>
/// <remarks>Thread-safe. Take the task first and look second, and no arrival is missed.</remarks>
internal sealed class PartitionArrivals : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private TaskCompletionSource _next = NewSource();

    public PartitionArrivals(string directory)
    {
        _watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.DirectoryName };
        _watcher.Created += (_, _) => Announce();
        _watcher.Renamed += (_, _) => Announce();
        _watcher.Error += (_, _) => Announce(); // Events were lost: better to look once too often.
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Ends when something has arrived since the call.</summary>
    public Task NextAsync() => Volatile.Read(ref _next).Task;

    /// <inheritdoc/>
    public void Dispose() => _watcher.Dispose();

    private void Announce() => Interlocked.Exchange(ref _next, NewSource()).TrySetResult();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
