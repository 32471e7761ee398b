namespace LogStore.KafkaProtocol.Tests.Golden;

/// <summary>The golden files, which are embedded in the test program.</summary>
internal static class GoldenFile
{
    /// <summary>The lines of a file that are not comments.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using Stream stream = typeof(GoldenFile).Assembly.GetManifestResourceStream(typeof(GoldenFile), name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            if (!line.StartsWith('#')) yield return line;
    }
}
