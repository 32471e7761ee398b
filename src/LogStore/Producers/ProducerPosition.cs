namespace LogStore.Producers;

/// <summary>How far an idempotent producer has come in one log.</summary>
/// <param name="Epoch">Its epoch.</param>
/// <param name="LastSequence">The sequence number of its last record.</param>
/// <param name="LastOffset">The offset of that record.</param>
public readonly record struct ProducerPosition(short Epoch, int LastSequence, long LastOffset);
