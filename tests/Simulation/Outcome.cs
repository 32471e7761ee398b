namespace LogStore.Simulation;

/// <summary>How a run ended.</summary>
/// <param name="Seed">The seed of its chances.</param>
/// <param name="Checker">The checker that failed; null when all was well.</param>
/// <param name="Message">What it said.</param>
/// <param name="Hash">The trace's hash.</param>
/// <param name="Steps">How many events there were.</param>
/// <param name="Lines">The trace, where it was wanted.</param>
/// <param name="Figures">What has happened in it, so that a run which tests nothing is seen.</param>
internal sealed record Outcome(
    ulong Seed, string? Checker, string? Message, ulong Hash, long Steps, IReadOnlyList<string> Lines, Figures Figures);
