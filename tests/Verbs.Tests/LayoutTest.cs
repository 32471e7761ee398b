using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace LogStore.Verbs.Tests;

/// <summary>Compares the bindings with what the C compiler makes of rdma-core's own headers (<c>layout.c</c>).</summary>
public sealed class LayoutTest
{
    [Fact]
    public void EverySizeOffsetAndConstantIsTheOneOfTheHeaders()
    {
        SortedDictionary<string, long> native = CompileAndRun("layout.c");
        SortedDictionary<string, long> managed = ManagedLayout.Read();

        Assert.True(native.Count > 1000, $"layout.c printed only {native.Count} lines");
        Assert.Empty(Differences(native, managed));
    }

    [Fact]
    public void AChangedLayoutIsNoticed()
    {
        SortedDictionary<string, long> managed = ManagedLayout.Read();
        SortedDictionary<string, long> changed = new(managed) { ["offsetof ibv_wc.status"] = 12 };
        changed.Remove("value IBV_WC_SUCCESS");

        Assert.Equal(2, Differences(changed, managed).Count);
    }

    // Both ways: a field that the generator lost is as wrong as one that moved.
    private static List<string> Differences(SortedDictionary<string, long> native, SortedDictionary<string, long> managed)
    {
        List<string> differences = [];
        foreach (string name in native.Keys.Union(managed.Keys))
        {
            bool inC = native.TryGetValue(name, out long expected), inCSharp = managed.TryGetValue(name, out long actual);
            if (!inC) differences.Add($"{name}: not in layout.c; C# has {actual}");
            else if (!inCSharp) differences.Add($"{name}: not in the bindings; C has {expected}");
            else if (expected != actual) differences.Add($"{name}: C has {expected}, C# has {actual}");
        }

        return differences;
    }

    private static SortedDictionary<string, long> CompileAndRun(string source)
    {
        string folder = Directory.CreateTempSubdirectory("verbs-layout-").FullName;
        try
        {
            string program = Path.Combine(folder, "layout");
            Run("gcc", "-D_GNU_SOURCE", "-Wall", "-Werror", "-o", program, Path.Combine(AppContext.BaseDirectory, source));
            SortedDictionary<string, long> layout = new(StringComparer.Ordinal);
            foreach (string line in Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                int space = line.LastIndexOf(' ');
                layout[line[..space]] = long.Parse(line.AsSpan(space + 1), CultureInfo.InvariantCulture);
            }

            return layout;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} exited with {process.ExitCode}: {errors.Result}");
        return output;
    }
}
