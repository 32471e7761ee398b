namespace LogStore.Simulation;

/// <summary>An invariant does not hold. The checker's name tells whether a smaller schedule fails in the same way.</summary>
internal sealed class SimulationFailure(string checker, string message) : Exception($"{checker}: {message}")
{
    public string Checker { get; } = checker;
}
