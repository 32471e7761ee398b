using System.Runtime.InteropServices;

namespace LogStore.Client;

/// <summary>
/// A record to be produced. Its memory is read before the call that takes it returns a completed task.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProducerRecord
{
    /// <summary>Makes a record.</summary>
    /// <param name="topic">Where it goes.</param>
    /// <param name="value">The value; null is a tombstone in a compacted topic.</param>
    /// <param name="key">The key; null for none.</param>
    public ProducerRecord(string topic, ReadOnlyMemory<byte>? value, ReadOnlyMemory<byte>? key = null)
    {
        Topic = topic;
        Value = value;
        Key = key;
    }

    /// <summary>Makes a record of arrays.</summary>
    /// <param name="topic">Where it goes.</param>
    /// <param name="value">The value; null is a tombstone in a compacted topic.</param>
    /// <param name="key">The key; null for none.</param>
    public ProducerRecord(string topic, byte[]? value, byte[]? key = null)
    {
        Topic = topic;
        if (value is not null) Value = value; // Assigned as it is, a null array would become empty memory.
        if (key is not null) Key = key;
    }

    /// <summary>The topic.</summary>
    public string Topic { get; init; }

    /// <summary>The key; null for none.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The value; null is a tombstone in a compacted topic.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>The partition; null leaves it to the partitioner.</summary>
    public int? Partition { get; init; }

    /// <summary>Milliseconds since 1970; null for now.</summary>
    public long? TimestampMs { get; init; }

    /// <summary>The headers, in their order.</summary>
    public ReadOnlyMemory<RecordHeader> Headers { get; init; }
}
