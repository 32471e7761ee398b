namespace LogStore.Bench.Broker.Cases;

/// <summary>Two rows of a table, and the metrics in which they are compared.</summary>
internal sealed record Comparison(string Name, string With, params int[] Metrics)
{
    /// <summary>What the ratio should reach; null if nothing is asked of it.</summary>
    public double? AtLeast { get; init; }

    /// <summary>What the ratio should not exceed; null if nothing is asked of it.</summary>
    public double? AtMost { get; init; }
}
