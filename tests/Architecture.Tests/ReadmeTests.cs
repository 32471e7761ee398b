using Xunit;

namespace LogStore.Architecture.Tests;

/// <summary>README's C# is code that the tests compile and run.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void EveryLineOfCSharpIsInTheExampleThatIsRun()
    {
        HashSet<string> example = [.. Lines(Path.Combine("tests", "Architecture.Tests", "ReadmeExample.cs"))];
        bool isCode = false;
        foreach (string line in Lines("README.md"))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) isCode = line == "```csharp";
            else if (isCode && IsStatement(line))
                Assert.True(example.Contains(WithoutComment(line)), $"not in ReadmeExample.cs: {line}");
        }
    }

    private static IEnumerable<string> Lines(string path) =>
        File.ReadLines(Path.Combine(Repository.Root, path)).Select(line => line.Trim());

    /// <summary>Imports of our own namespaces are left out: the tests live in one of them.</summary>
    private static bool IsStatement(string line) =>
        line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal) &&
        !line.StartsWith("using LogStore", StringComparison.Ordinal);

    private static string WithoutComment(string line)
    {
        int comment = line.IndexOf(" // ", StringComparison.Ordinal);
        return comment < 0 ? line : line[..comment].TrimEnd();
    }
}
