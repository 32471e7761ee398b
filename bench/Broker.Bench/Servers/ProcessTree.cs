using System.Globalization;

namespace LogStore.Bench.Broker.Servers;

/// <summary>What a process and those it has started use, from <c>/proc</c>: see proc(5).</summary>
internal static class ProcessTree
{
    /// <summary>Clock ticks in a second, as Linux has them on every architecture that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    // The fields behind the name of the program, which stands in parentheses and may hold anything.
    private const int Parent = 1;
    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const int ChildrenUserTime = 13;
    private const int ChildrenSystemTime = 14;
    private const int ResidentPages = 21;

    /// <summary>Seconds of CPU time so far, of children that have ended too.</summary>
    public static double CpuSeconds(int root) => Fields(root).Sum(fields =>
        fields[UserTime] + fields[SystemTime] + fields[ChildrenUserTime] + fields[ChildrenSystemTime]) / TicksPerSecond;

    /// <summary>Bytes that lie in memory.</summary>
    public static long ResidentBytes(int root) => Fields(root).Sum(fields => fields[ResidentPages]) * Environment.SystemPageSize;

    /// <summary>Every process of the tree.</summary>
    public static IReadOnlyList<int> Members(int root)
    {
        Dictionary<int, long[]> all = [];
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int id) && Read(id) is { } fields)
                all.Add(id, fields);
        }

        List<int> members = [root];
        for (int index = 0; index < members.Count; index++)
            members.AddRange(all.Where(pair => pair.Value[Parent] == members[index]).Select(pair => pair.Key));
        return members;
    }

    private static List<long[]> Fields(int root) => [.. Members(root).Select(Read).OfType<long[]>()];

    private static long[]? Read(int id)
    {
        try
        {
            string text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            string[] words = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return [.. words.Select(word => long.TryParse(word, CultureInfo.InvariantCulture, out long value) ? value : 0)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended meanwhile.
        }
    }
}
