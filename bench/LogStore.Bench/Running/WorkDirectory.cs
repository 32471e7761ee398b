namespace LogStore.Bench.Running;

/// <summary>A directory for a run's data, deleted however the run ends, short of SIGKILL.</summary>
internal sealed class WorkDirectory : IDisposable
{
    private int _count;

    public WorkDirectory(string parent)
    {
        Path = System.IO.Path.Combine(
            System.IO.Path.GetFullPath(parent), $"run-{Environment.ProcessId}");
        Directory.CreateDirectory(Path);
        AppDomain.CurrentDomain.ProcessExit += OnExit; // Runs on SIGINT and SIGTERM too.
    }

    public string Path { get; }

    /// <summary>A new, empty directory in it.</summary>
    public string Create(string name)
    {
        string path = System.IO.Path.Combine(Path, $"{name}-{_count++}");
        Directory.CreateDirectory(path);
        return path;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Delete();
    }

    private void OnExit(object? sender, EventArgs arguments) => Delete();

    private void Delete()
    {
        for (int attempt = 1; Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (attempt < 50)
            {
                Thread.Sleep(20); // A signal ends the run while its threads still make files and delete them.
            }
        }
    }
}
