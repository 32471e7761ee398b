using System.Diagnostics;

namespace LogStore.Bench.Broker.Servers;

/// <summary>Finds programs and asks them who they are.</summary>
internal static class Programs
{
    /// <summary>A program by name: servers lie where only root's shell looks for them.</summary>
    public static string Find(string name)
    {
        string paths = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        return paths.Split(':').Select(path => Path.Combine(path, name)).FirstOrDefault(File.Exists) ?? name;
    }

    /// <summary>The first line that it prints.</summary>
    public static string FirstLine(string name, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Find(name), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n')[0].Trim();
    }
}
