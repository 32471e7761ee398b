using System.Diagnostics;

namespace LogStore.Bench.Floors;

/// <summary>The floor of reading files: <c>cat FILES >/dev/null</c>, its start included.</summary>
internal static class CatFloor
{
    public static void Run(IEnumerable<string> files)
    {
        ProcessStartInfo start = new("/bin/sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec cat \"$@\" >/dev/null");
        start.ArgumentList.Add("cat");
        foreach (string file in files) start.ArgumentList.Add(file);
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new IOException($"cat ended with {process.ExitCode}");
    }
}
