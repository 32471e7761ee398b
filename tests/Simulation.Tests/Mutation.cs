namespace LogStore.Simulation.Tests;

/// <summary>A mistake, put into the source of the protocol, or of the staging ring and what drives it.</summary>
/// <param name="Name">What is done wrong.</param>
/// <param name="Why">Why that is wrong.</param>
/// <param name="Edits">Where: in a file, a text that is there exactly once, and what takes its place.</param>
internal sealed record Mutation(string Name, string Why, params Edit[] Edits);
