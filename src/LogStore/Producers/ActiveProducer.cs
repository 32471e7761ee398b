namespace LogStore.Producers;

/// <summary>An idempotent producer that a log remembers.</summary>
/// <param name="ProducerId">Its id.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="LastSequence">The sequence number of its last record.</param>
/// <param name="LastTimestamp">The timestamp of that record, in milliseconds since 1970.</param>
public readonly record struct ActiveProducer(long ProducerId, short Epoch, int LastSequence, long LastTimestamp);
