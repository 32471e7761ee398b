namespace LogStore.Simulation.Plans;

/// <summary>One thing that goes wrong, or is asked for. Times are in milliseconds.</summary>
/// <param name="AtMs">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">The broker or the partition that it is about.</param>
/// <param name="Other">The other broker of a cut; otherwise a number for whatever the kind has to choose.</param>
/// <param name="DurationMs">For how long.</param>
internal sealed record Fault(long AtMs, FaultKind Kind, int Target, int Other, long DurationMs)
{
    public override string ToString() => $"{AtMs,6} ms  {Kind} target {Target} other {Other} for {DurationMs} ms";
}
