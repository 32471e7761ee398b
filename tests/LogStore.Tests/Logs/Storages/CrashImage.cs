namespace LogStore.Tests.Logs.Storages;

/// <summary>What a crash leaves of a directory: names and contents.</summary>
internal sealed record CrashImage(IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>Makes a directory hold these files and no others; those that are right already are left alone.</summary>
    public void WriteTo(string directory)
    {
        HashSet<string> right = [];
        Directory.CreateDirectory(directory);
        foreach (string path in Directory.EnumerateFiles(directory))
        {
            string name = Path.GetFileName(path);
            if (Files.TryGetValue(name, out byte[]? content) && IsRight(path, content)) right.Add(name);
            else File.Delete(path);
        }

        foreach ((string name, byte[] content) in Files)
        {
            if (!right.Contains(name)) File.WriteAllBytes(Path.Combine(directory, name), content);
        }
    }

    private static bool IsRight(string path, byte[] content) =>
        new FileInfo(path).Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
}
