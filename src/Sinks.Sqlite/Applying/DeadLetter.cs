namespace LogStore.Sinks.Sqlite.Applying;

/// <summary>A record that could not be applied, in memory of its own.</summary>
internal sealed record DeadLetter(
    TopicPartition Partition, long Offset, long Timestamp, byte[]? Key, byte[]? Value, string Reason);
