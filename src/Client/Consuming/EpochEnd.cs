namespace LogStore.Client;

/// <summary>Where the records of a leader epoch end in a log.</summary>
/// <param name="Epoch">The largest epoch at or below the one asked for; -1 if there is none.</param>
/// <param name="EndOffset">Where it ends (exclusive); -1 if there is none.</param>
public readonly record struct EpochEnd(int Epoch, long EndOffset);
