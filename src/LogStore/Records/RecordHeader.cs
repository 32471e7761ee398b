namespace LogStore.Records;

/// <summary>A header to append with a record (KIP-82).</summary>
/// <param name="Key">Its key; keys may repeat.</param>
/// <param name="Value">Its value, which may be null.</param>
public readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value);
