namespace LogStore.Tests.Shared;

/// <summary>A directory of the test's own, gone when the test ends.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private const string MemoryFileSystem = "/dev/shm";

    /// <param name="inMemory">For tests that make thousands of files, and prove nothing about the device.</param>
    public TemporaryDirectory(bool inMemory = false) => Path = inMemory && Directory.Exists(MemoryFileSystem)
        ? Directory.CreateDirectory(System.IO.Path.Combine(MemoryFileSystem, $"logstore-test-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("logstore-test-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
