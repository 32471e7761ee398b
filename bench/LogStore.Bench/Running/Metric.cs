using System.Globalization;

namespace LogStore.Bench.Running;

/// <summary>What a number means and how it is printed.</summary>
internal sealed record Metric(string Name, Func<double, string> Format)
{
    public static Metric GigabytesPerSecond { get; } = new("GB/s", value => Fixed(value, value < 10 ? 2 : 1));

    public static Metric MegabytesPerSecond { get; } = new("MB/s", value => Fixed(value, 0));

    public static Metric RecordsPerSecond { get; } = new("records/s", Rate);

    public static Metric AppendsPerSecond { get; } = new("appends/s", Rate);

    public static Metric AllocatedPerRecord { get; } = new("allocated B/record", value => Fixed(value, 2));

    public static Metric AllocatedPerAppend { get; } = new("allocated B/append", value => Fixed(value, 0));

    public static Metric CpuPerAppend { get; } = new("CPU µs/append", value => Fixed(value, 2));

    public static Metric Milliseconds { get; } = new("ms", value => Fixed(value, value < 10 ? 2 : 0));

    public static Metric P50 { get; } = new("p50 µs", value => Fixed(value, value < 10 ? 2 : 0));

    public static Metric P99 { get; } = new("p99 µs", value => Fixed(value, 0));

    private static string Rate(double value) => value switch
    {
        >= 1e6 => Fixed(value / 1e6, 2) + " M",
        >= 1e3 => Fixed(value / 1e3, 1) + " k",
        _ => Fixed(value, 0),
    };

    private static string Fixed(double value, int digits) =>
        value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
