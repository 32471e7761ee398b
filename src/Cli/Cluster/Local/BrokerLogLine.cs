namespace LogStore.Cli.Cluster.Local;

/// <summary>A line of a broker's log: <c>2026-11-21T08:00:00.000Z warn: Category[1] what happened</c>.</summary>
internal static class BrokerLogLine
{
    private const int LevelLength = 4;

    /// <summary>The level as the line has it; null for a line that continues another.</summary>
    public static string? LevelOf(string line)
    {
        int space = line.IndexOf(' ');
        return space > 0 && line.Length > space + 1 + LevelLength && line[space - 1] == 'Z' && line[space + 1 + LevelLength] == ':'
            ? line.Substring(space + 1, LevelLength)
            : null;
    }

    /// <summary>Whether somebody should see it at once: warnings and what is worse.</summary>
    public static bool IsAlarming(string level) => level is "warn" or "fail" or "crit";
}
