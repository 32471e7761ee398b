namespace LogStore.Bench.Running;

/// <summary>A directory for a run's data, deleted when it is disposed.</summary>
internal sealed class WorkDirectory : IDisposable
{
    private int _count;

    public WorkDirectory(string parent)
    {
        Path = System.IO.Path.Combine(
            System.IO.Path.GetFullPath(parent), $"run-{Environment.ProcessId}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>A new, empty directory in it.</summary>
    public string Create(string name)
    {
        string path = System.IO.Path.Combine(Path, $"{name}-{_count++}");
        Directory.CreateDirectory(path);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
