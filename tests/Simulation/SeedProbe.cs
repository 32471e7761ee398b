namespace LogStore.Simulation;

/// <summary>
/// What a test asks of a simulator that it has compiled itself, with a mutated protocol: only types of the runtime, since all
/// others are different ones there.
/// </summary>
internal static class SeedProbe
{
    /// <summary>What a seed's run fails with; null when it does not.</summary>
    public static string? FailureOf(ulong seed) => Simulator.Run(seed).Message;
}
