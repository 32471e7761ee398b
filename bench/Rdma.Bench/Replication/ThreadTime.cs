using System.Globalization;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>The processor time of this process's threads of a name, as Linux counts it. Source: proc(5).</summary>
internal static class ThreadTime
{
    private const double TicksPerSecond = 100; // USER_HZ, which is the same on every Linux there is.

    public static TimeSpan Of(string name)
    {
        long ticks = 0;
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd() != name) continue;
                // Behind the name in brackets: the 12th and 13th are user and system time.
                string stat = File.ReadAllText(Path.Combine(thread, "stat"));
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
