using System.Globalization;
using System.Reflection;

namespace LogStore.Simulation.Tests;

/// <summary>
/// The sources of the protocol, of the staging ring and of the simulator, as they were when the tests were built.
/// </summary>
internal static class Sources
{
    private static readonly Assembly Assembly = typeof(Sources).Assembly;

    public static IEnumerable<string> Names => Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".cs", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>The seeds that found something once.</summary>
    public static ulong[] KnownSeeds { get; } =
    [
        .. Read("seeds.txt").Split('\n').Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0)
            .Select(line => ulong.Parse(line, CultureInfo.InvariantCulture)),
    ];

    public static string Read(string name)
    {
        using StreamReader reader = new(Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
