namespace LogStore.Bench.Broker.Clients;

/// <summary>What a client has moved.</summary>
/// <param name="Seconds">From the first record to the last acknowledgement, or to the last record read.</param>
/// <param name="Records">The records.</param>
/// <param name="Bytes">The bytes of their values, and nothing else.</param>
/// <param name="ClientCpu">The client's own seconds of CPU time.</param>
internal readonly record struct Load(double Seconds, long Records, long Bytes, double ClientCpu)
{
    /// <summary>Half of the records took at most so many microseconds, each acknowledged before the next.</summary>
    public double P50 { get; init; }

    /// <summary>99 of 100 took at most so many.</summary>
    public double P99 { get; init; }
}
