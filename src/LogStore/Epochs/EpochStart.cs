namespace LogStore.Epochs;

/// <summary>A leader epoch and the offset of the first batch written in it.</summary>
internal readonly record struct EpochStart(int Epoch, long StartOffset);
