namespace LogStore.Reading;

/// <summary>What one read through a <see cref="LogCursor"/> has brought.</summary>
/// <param name="Bytes">How many bytes of the destination are batches, all of them whole.</param>
/// <param name="NextOffset">
/// The offset behind the last of them, where the next read goes on; the one asked for when there is none.
/// </param>
/// <param name="NeededBytes">How large the destination must be for the first batch, when it was too small; else 0.</param>
public readonly record struct CursorRead(int Bytes, long NextOffset, int NeededBytes);
