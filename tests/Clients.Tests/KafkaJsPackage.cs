namespace LogStore.Clients.Tests;

/// <summary>Installs kafkajs beside its script, as its lock file says, once in a run.</summary>
internal static class KafkaJsPackage
{
    private static readonly Lazy<Task> Installed = new(InstallOnceAsync);

    public static Task InstallAsync() => Installed.Value;

    private static async Task InstallOnceAsync()
    {
        string directory = Script.PathOf("kafkajs");
        // The lock file has changed since, or nothing is there.
        string mark = Path.Combine(directory, "node_modules", ".installed");
        string wanted = await File.ReadAllTextAsync(Path.Combine(directory, "package-lock.json"));
        if (File.Exists(mark) && await File.ReadAllTextAsync(mark) == wanted) return;
        await Script.RunAsync(Script.New("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", directory));
        await File.WriteAllTextAsync(mark, wanted);
    }
}
