namespace LogStore.Broker.Groups.Storage;

/// <summary>A record of the offsets topic: the newest with a key counts, and one without a value deletes.</summary>
internal readonly record struct GroupRecord(byte[] Key, byte[]? Value);
