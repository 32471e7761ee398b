using LogStore.Records;

namespace LogStore.Partitioning;

/// <summary>
/// Chooses partitions as the Java client does: by the key's hash, and, for records without a key, one partition at a time,
/// which fills batches. Source: KIP-480.
/// </summary>
/// <remarks>Not thread-safe: one for each producer.</remarks>
public sealed class Partitioner
{
    private readonly int _partitionCount;
    private readonly Random _random;

    /// <summary>Makes a partitioner.</summary>
    /// <param name="partitionCount">How many partitions the topic has; at least 1.</param>
    /// <param name="seed">For repeatable choices; chosen at random unless given.</param>
    public Partitioner(int partitionCount, int? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionCount, 1);
        _partitionCount = partitionCount;
        _random = seed is { } value ? new Random(value) : new Random();
        Sticky = _random.Next(partitionCount);
    }

    /// <summary>Where records without a key go until the next <see cref="Switch"/>.</summary>
    public int Sticky { get; private set; }

    /// <summary>The partition of a record: from 0 up to the number of partitions (exclusive).</summary>
    public int Choose(NullableBytes key) => key.IsNull ? Sticky : ForKey(key.Span, _partitionCount);

    /// <summary>Moves records without a key to another partition; called when a batch of them is complete.</summary>
    public void Switch()
    {
        if (_partitionCount > 1) Sticky = (Sticky + 1 + _random.Next(_partitionCount - 1)) % _partitionCount;
    }

    /// <summary>The partition of a key: the same as the Java client's.</summary>
    public static int ForKey(ReadOnlySpan<byte> key, int partitionCount) =>
        (int)(Murmur2.Hash(key) & int.MaxValue) % partitionCount;
}
