using System.Xml.Linq;
using Xunit;

namespace LogStore.Architecture.Tests;

/// <summary>Dependencies point in one direction: the layers of docs/ARCHITECTURE.md.</summary>
public sealed class LayerTests
{
    /// <summary>What each project may refer to. A project that is not listed here has no place in the layers yet.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Verbs"] = [],
        ["LogStore"] = [],
        ["KafkaProtocol"] = [],
        ["Replicator"] = ["LogStore"],
        ["Replicator.Rdma"] = ["LogStore", "Replicator", "Verbs"], // LogStore: the root of all errors.
        ["Broker"] = ["LogStore", "Replicator", "KafkaProtocol"],
        ["Client"] = ["KafkaProtocol", "LogStore"],
        ["Sinks.Sqlite"] = ["Client", "LogStore"],
        ["Cli"] = ["LogStore", "Replicator", "Replicator.Rdma", "KafkaProtocol", "Broker", "Client", "Sinks.Sqlite"],
    };

    /// <summary>Where code may be unsafe.</summary>
    private static readonly string[] MayBeUnsafe = ["Verbs", "Replicator.Rdma"];

    public static TheoryData<string> Projects =>
        [.. Repository.Projects("src").Concat(Repository.Projects("native")).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void AProjectRefersOnlyToLayersBelowIt(string name)
    {
        Assert.True(Allowed.TryGetValue(name, out string[]? allowed), $"{name} is in no layer: see {nameof(LayerTests)}");
        foreach (string reference in References(ProjectOf(name)))
            Assert.True(allowed.Contains(reference), $"{name} must not refer to {reference}: see docs/ARCHITECTURE.md");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void UnsafeCodeStaysInItsPlace(string name)
    {
        bool isUnsafe = ProjectOf(name).Descendants("AllowUnsafeBlocks").Any(each => each.Value == "true");
        Assert.True(!isUnsafe || MayBeUnsafe.Contains(name), $"{name} must not allow unsafe code");
    }

    [Fact]
    public void TheLibraryKnowsNoNetwork()
    {
        string[] references = [.. typeof(Log).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!)];
        Assert.DoesNotContain(references, name => name.StartsWith("System.Net", StringComparison.Ordinal));
        Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void TheLibraryNeedsOnlyTheLoggingAbstractions()
    {
        Assert.Equal(
            ["Microsoft.Extensions.Logging.Abstractions"],
            Repository.Values(ProjectOf("LogStore"), "PackageReference", "Include"));
    }

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "logstore.slnx"));
        foreach (string folder in (string[])["src", "native", "tests", "bench"])
        {
            foreach ((string name, _) in Repository.Projects(folder))
                Assert.True(solution.Contains($"/{name}.csproj", StringComparison.Ordinal), $"{name} is not in logstore.slnx");
        }
    }

    private static XDocument ProjectOf(string name) =>
        Repository.Projects("src").Concat(Repository.Projects("native")).First(project => project.Name == name).Project;

    private static IEnumerable<string> References(XDocument project) =>
        Repository.Values(project, "ProjectReference", "Include")
            .Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
}
