namespace LogStore.Client;

/// <summary>Where a record is.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">
/// The offset; -1 if it is not known: with <see cref="Acks.None"/>, or if the broker only says that it has the record
/// already.
/// </param>
/// <param name="TimestampMs">The record's time in the log, in milliseconds since 1970.</param>
public readonly record struct RecordMetadata(string Topic, int Partition, long Offset, long TimestampMs);

/// <summary>
/// Told what became of a record; calls for the records of a partition come in their order, one at a time. It must be
/// quick, for it holds the producer up, and must not wait for the producer.
/// </summary>
/// <param name="metadata">Where the record is; its offset is -1 if <paramref name="error"/> is not null.</param>
/// <param name="error">Why it is not there; null if it is.</param>
/// <param name="state">What was given with the record.</param>
public delegate void DeliveryCallback(RecordMetadata metadata, DeliveryException? error, object? state);
