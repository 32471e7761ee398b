namespace LogStore.Tests.Logs.Storages;

/// <summary>What a crash leaves of a directory: names and contents.</summary>
internal sealed record CrashImage(IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>Puts the files into a directory, which is emptied first.</summary>
    public void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (string path in Directory.EnumerateFiles(directory)) File.Delete(path);
        foreach ((string name, byte[] content) in Files) File.WriteAllBytes(Path.Combine(directory, name), content);
    }
}
