using System.Globalization;
using LogStore.Bench.Running;

namespace LogStore.Bench.Broker.Cases;

/// <summary>What only a server's measurements have.</summary>
internal static class BrokerMetrics
{
    /// <summary>Of the server's processes, for 10⁹ bytes of values.</summary>
    public static Metric ServerCpuPerGigabyte { get; } = new("server CPU s/GB", value => Fixed(value, 2));

    /// <summary>How many cores the server kept busy.</summary>
    public static Metric ServerCores { get; } = new("server cores", value => Fixed(value, 2));

    /// <summary>How many cores the client kept busy: a client with one thread that is near 1 is the limit.</summary>
    public static Metric ClientCores { get; } = new("client cores", value => Fixed(value, 2));

    public static Metric EmptyMemory { get; } = new("MB, empty", value => Fixed(value, 0));

    public static Metric MemoryWithPartitions { get; } = new("MB, when they were made", value => Fixed(value, 0));

    public static Metric MemoryAfterStart { get; } = new("MB, started with them", value => Fixed(value, 0));

    public static Metric StartTime { get; } = new("start ms", value => Fixed(value, 0));

    private static string Fixed(double value, int digits) =>
        value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
