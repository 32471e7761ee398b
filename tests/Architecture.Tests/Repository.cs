using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace LogStore.Architecture.Tests;

/// <summary>The files of the clone that the tests were built in.</summary>
internal static class Repository
{
    /// <summary>The clone's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The projects under a folder of the clone, by the names of their files.</summary>
    public static IEnumerable<(string Name, XDocument Project)> Projects(string folder)
    {
        string path = Path.Combine(Root, folder);
        if (!Directory.Exists(path)) return [];
        return Directory.EnumerateFiles(path, "*.csproj", SearchOption.AllDirectories)
            .Select(file => (Path.GetFileNameWithoutExtension(file), XDocument.Load(file)));
    }

    /// <summary>The values of an attribute of all elements of a name.</summary>
    public static IEnumerable<string> Values(XDocument project, string element, string attribute) =>
        project.Descendants(element).Select(each => (string?)each.Attribute(attribute)).OfType<string>();

    private static string FindRoot([CallerFilePath] string source = "")
    {
        // Builds of releases map source paths away; the program itself still lies in the clone.
        foreach (string start in (string[])[AppContext.BaseDirectory, Path.GetDirectoryName(source) ?? ""])
        {
            for (DirectoryInfo? folder = start.Length > 0 ? new DirectoryInfo(start) : null; folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "logstore.slnx"))) return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("logstore.slnx is in none of the folders above the tests.");
    }
}
