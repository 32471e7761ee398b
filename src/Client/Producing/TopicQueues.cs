using LogStore.Client.Cluster;
using LogStore.Partitioning;

namespace LogStore.Client.Producing;

/// <summary>The partitions of a topic, and the choice among them.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TopicQueues(string name, ProducerCore core)
{
    private readonly Lock _gate = new();
    private volatile PartitionQueue[] _partitions = [];
    private volatile Partitioner? _partitioner;

    public PartitionQueue[] Partitions => _partitions;

    /// <summary>Those who wait for metadata or for room.</summary>
    public AppendLine Line { get; } = new();

    /// <summary>Takes note of the topic's partitions, which can only become more.</summary>
    public void Update(TopicSnapshot topic)
    {
        lock (_gate)
        {
            int count = topic.PartitionCount;
            if (count <= _partitions.Length) return;
            PartitionQueue[] known = _partitions;
            _partitioner = new Partitioner(count);
            _partitions =
            [
                .. known,
                .. Enumerable.Range(known.Length, count - known.Length)
                    .Select(index => new PartitionQueue(new(name, index), core)),
            ];
        }
    }

    /// <summary>Appends a record to its partition.</summary>
    /// <exception cref="UnknownPartitionException">The topic has no such partition.</exception>
    /// <exception cref="RecordTooLargeException">It exceeds <see cref="ProducerOptions.MaxRequestSize"/>.</exception>
    public AppendOutcome TryAppend(
        int? partition, int recordBytes, long timestampMs, NullableBytes key, NullableBytes value,
        ReadOnlySpan<RecordHeader> headers, object? target, object? state)
    {
        PartitionQueue[] partitions = _partitions;
        if (partitions.Length == 0) return AppendOutcome.NoMetadata;
        int index = partition ?? core.Options.Partitioner?.Choose(name, partitions.Length, key, value) ?? -1;
        if (index < 0 && partition is null && !key.IsNull) index = Partitioner.ForKey(key, partitions.Length);
        if (index >= 0 || partition is not null)
        {
            if ((uint)index >= (uint)partitions.Length) throw new UnknownPartitionException(new(name, index));
            return partitions[index].TryAppend(
                mayStart: true, recordBytes, timestampMs, key, value, headers, target, state);
        }

        // Without a key, records stay with one partition until its batch is complete (KIP-480).
        AppendOutcome outcome = partitions[Sticky(partitions)].TryAppend(
            mayStart: false, recordBytes, timestampMs, key, value, headers, target, state);
        if (outcome != AppendOutcome.NeedsNewBatch) return outcome;
        lock (_gate) _partitioner!.Switch();
        return partitions[Sticky(partitions)].TryAppend(
            mayStart: true, recordBytes, timestampMs, key, value, headers, target, state);
    }

    private int Sticky(PartitionQueue[] partitions) => Math.Min(_partitioner!.Sticky, partitions.Length - 1);
}
