using System.Globalization;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>What this process holds: open files, locked memory, RDMA objects in the kernel, managed memory.</summary>
internal sealed record Resources(string[] Descriptors, long PinnedKiB, string KernelObjects, long ManagedBytes)
{
    public static Resources Now()
    {
        for (int pass = 0; pass < 2; pass++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        // First, as a child process has descriptors of its own here.
        string kernelObjects = KernelTable();
        return new Resources(
            OpenFiles(),
            Status("VmPin:") + Status("VmLck:"),
            kernelObjects,
            GC.GetTotalMemory(forceFullCollection: true));
    }

    /// <summary>
    /// What is open, by name, but for what comes and goes by itself: assemblies, which the runtime loads when it needs them, and
    /// the pipes of child processes. The RDMA layer has neither.
    /// </summary>
    private static string[] OpenFiles() =>
    [
        .. Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(link => new FileInfo(link).LinkTarget)
            .OfType<string>()
            .Where(target => !target.StartsWith("pipe:", StringComparison.Ordinal) &&
                !target.EndsWith(".dll", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    // "0: rxe0: pd 1 cq 0 qp 1 cm_id 0 mr 0 ctx 0 srq 0", a line for each device.
    private static string KernelTable()
    {
        using ChildProcess rdma = new("rdma", "resource", "show");
        return rdma.WaitForSuccess();
    }

    public void AssertNoMoreThan(Resources before, long managedSlackBytes = 1 << 20)
    {
        Assert.True(
            Descriptors.Length <= before.Descriptors.Length,
            $"{Descriptors.Length - before.Descriptors.Length} files more are open than before:\n" +
            $"{string.Join('\n', before.Descriptors)}\nnow:\n{string.Join('\n', Descriptors)}");
        Assert.InRange(PinnedKiB, 0, before.PinnedKiB);
        Assert.Equal(before.KernelObjects, KernelObjects);
        Assert.InRange(ManagedBytes, 0, before.ManagedBytes + managedSlackBytes);
    }

    private static long Status(string name) => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal))
            .AsSpan(name.Length).Trim(" \tkB"), CultureInfo.InvariantCulture);
}
