using System.Globalization;

namespace LogStore.Cli.Output;

/// <summary>Numbers as people read them; the same in every culture.</summary>
internal static class Quantity
{
    /// <summary>Bytes in powers of 1000: <c>512 B</c>, <c>1.5 MB</c>.</summary>
    public static string Bytes(long bytes)
    {
        if (bytes < 1000) return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        ReadOnlySpan<string> units = ["kB", "MB", "GB", "TB", "PB", "EB"];
        double value = bytes;
        int unit = -1;
        // 999,950 would be rounded to "1000.0 kB".
        while (value >= 999.95 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {units[Math.Max(unit, 0)]}");
    }

    /// <summary>A count with separators between thousands.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count and its noun: <c>1 record</c>, <c>2,000 records</c>.</summary>
    public static string Count(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>Bytes over time, in megabytes (10^6) per second.</summary>
    public static string Rate(long bytes, TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture, $"{bytes / 1e6 / Math.Max(elapsed.TotalSeconds, 1e-6):0.0} MB/s");

    /// <summary>A duration in seconds.</summary>
    public static string Seconds(TimeSpan elapsed) =>
        string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.00} s");
}
