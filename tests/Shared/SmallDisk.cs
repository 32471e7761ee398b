using System.Diagnostics;
using System.Globalization;

namespace LogStore.Tests.Shared;

/// <summary>A file system in memory, of which there is little. Takes root; the test is skipped without.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public SmallDisk(int megabytes)
    {
        string size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        if (Run("mount", "-t", "tmpfs", "-o", size, "tmpfs", _directory.Path) == 0) return;
        _directory.Dispose();
        Xunit.Assert.Skip("A file system cannot be mounted here: that takes root.");
    }

    public string Path => _directory.Path;

    public void Dispose()
    {
        Run("umount", "-l", _directory.Path);
        _directory.Dispose();
    }

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
