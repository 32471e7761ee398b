using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace LogStore.Simulation.Tests;

/// <summary>
/// The simulator, compiled together with a mutated protocol or staging ring and loaded beside the real one.
/// </summary>
internal sealed class MutatedProtocol : IDisposable
{
    private const string GlobalUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) ||
                Path.GetFileName(path) is "LogStore.dll" or "netstandard.dll" or "mscorlib.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    private static readonly SyntaxTree Usings = CSharpSyntaxTree.ParseText(GlobalUsings, Options);

    // Most files are the same for each mutation, and are parsed once.
    private static readonly (string Name, SyntaxTree Tree)[] Originals =
        [.. Sources.Names.Select(name => (name, Parse(Sources.Read(name), name)))];

    private readonly AssemblyLoadContext _context = new("mutated protocol", isCollectible: true);

    public MutatedProtocol(Mutation? mutation)
    {
        // By its name it sees the internals that the real simulator sees.
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Simulation", Trees(mutation), References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        using MemoryStream stream = new();
        var result = compilation.Emit(stream);
        IEnumerable<Diagnostic> errors = result.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error);
        Assert.True(result.Success, string.Join('\n', errors));
        stream.Position = 0;
        Assembly assembly = _context.LoadFromStream(stream);
        MethodInfo probe = assembly.GetType("LogStore.Simulation.SeedProbe")!.GetMethod("FailureOf")!;
        FailureOf = probe.CreateDelegate<Func<ulong, string?>>();
    }

    /// <summary>Runs a seed; what it fails with, or null.</summary>
    public Func<ulong, string?> FailureOf { get; private set; }

    public void Dispose()
    {
        FailureOf = null!;
        _context.Unload();
    }

    private static SyntaxTree Parse(string text, string name) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text), Options, name);

    private static List<SyntaxTree> Trees(Mutation? mutation)
    {
        List<SyntaxTree> trees = [Usings];
        HashSet<Edit> edits = [.. mutation?.Edits ?? []];
        foreach ((string name, SyntaxTree tree) in Originals)
        {
            Edit[] here = [.. edits.Where(edit => Path.GetFileName(name) == edit.File)];
            string text = here.Length == 0 ? "" : Sources.Read(name);
            foreach (Edit edit in here)
            {
                edits.Remove(edit);
                Assert.True(
                    text.Split(edit.Old).Length == 2,
                    $"'{mutation!.Name}': the text must be in {name} exactly once; " +
                    $"bring the mutation up to date:\n{edit.Old}");
                text = text.Replace(edit.Old, edit.New, StringComparison.Ordinal);
            }

            trees.Add(here.Length == 0 ? tree : Parse(text, name));
        }

        Assert.True(edits.Count == 0, $"'{mutation?.Name}' names a file that is not there");
        return trees;
    }
}
