using System.Text.RegularExpressions;
using Xunit;

namespace LogStore.Architecture.Tests;

/// <summary>
/// The replication protocol is stepped, and does nothing by itself: that is what lets the simulator run the very same code.
/// </summary>
public sealed partial class ProtocolPurityTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Replicator", "Protocol");

    [Fact]
    public void TheProtocolHasNoClockThreadSocketFileOrRandomNumber()
    {
        string[] files = Directory.GetFiles(Folder, "*.cs");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Match found = Forbidden().Match(WithoutComments(File.ReadAllText(file)));
            Assert.False(found.Success, $"{Path.GetFileName(file)} uses {found.Value}: it belongs to whoever steps the protocol");
        }
    }

    private static string WithoutComments(string code) => Comment().Replace(code, "");

    [GeneratedRegex(
        @"\b(System\.(Threading|IO|Net|Diagnostics)|DateTime\w*|Stopwatch|TimeProvider|TimeSpan|Environment|Random\w*|" +
        @"Guid\.NewGuid|Task|ValueTask|async|await|lock|Lock|Thread\w*|Monitor|Interlocked|Volatile|Socket|File|Stream|Console|ILogger)\b",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Comment();
}
