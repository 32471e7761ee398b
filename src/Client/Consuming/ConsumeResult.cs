using System.Runtime.InteropServices;

namespace LogStore.Client;

/// <summary>A consumed record.</summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ConsumeResult<TKey, TValue>
{
    /// <summary>Where it comes from.</summary>
    public required TopicPartition TopicPartition { get; init; }

    /// <summary>The topic.</summary>
    public string Topic => TopicPartition.Topic;

    /// <summary>The partition.</summary>
    public int Partition => TopicPartition.Partition;

    /// <summary>Its offset.</summary>
    public required long Offset { get; init; }

    /// <summary>Milliseconds since 1970; -1 for none.</summary>
    public required long TimestampMs { get; init; }

    /// <summary>The epoch of the leader that appended it; -1 if it is not known.</summary>
    public required int LeaderEpoch { get; init; }

    /// <summary>The key; the type's default where the record has none.</summary>
    public required TKey? Key { get; init; }

    /// <summary>The value; the type's default where it is null.</summary>
    public required TValue? Value { get; init; }

    /// <summary>The headers, in their order.</summary>
    public required IReadOnlyList<RecordHeader> Headers { get; init; }
}
