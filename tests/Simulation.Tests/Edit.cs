namespace LogStore.Simulation.Tests;

/// <summary>One text of a source file and what takes its place.</summary>
internal sealed record Edit(string File, string Old, string New);
