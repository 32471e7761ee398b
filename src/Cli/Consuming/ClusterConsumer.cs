using LogStore.Cli.Cluster;
using LogStore.Client;

namespace LogStore.Cli.Consuming;

/// <summary>
/// Reads partitions through brokers, as <see cref="LocalConsumer"/> does from a directory: one after another up to where they
/// ended at the start or, following, all at once.
/// </summary>
internal sealed class ClusterConsumer(ClusterLocation cluster, ConsumeOptions options, RecordWriter writer)
{
    /// <summary>
    /// How long to wait before looking whether the end was reached without a batch to show for it: the last offsets may belong
    /// to records that nobody is shown.
    /// </summary>
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Reads until the end, the maximum or the cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, (long From, long End)> ranges = await FindRangesAsync(cancellationToken);
        if (writer.IsDone) return;
        await using Consumer consumer = new(cluster.ConsumerOptions with { GroupId = null });
        if (options.Follow)
        {
            consumer.Assign(ranges.Keys);
            foreach ((TopicPartition partition, (long from, _)) in ranges) consumer.Seek(partition, from);
            await FollowAsync(consumer, cancellationToken);
            return;
        }

        foreach ((TopicPartition partition, (long from, long end)) in ranges.OrderBy(range => range.Key.Partition))
        {
            if (from >= end) continue;
            consumer.Assign(partition);
            consumer.Seek(partition, from);
            await ReadToAsync(consumer, partition, end, cancellationToken);
            if (writer.IsDone) return;
        }
    }

    private async Task<Dictionary<TopicPartition, (long From, long End)>> FindRangesAsync(
        CancellationToken cancellationToken)
    {
        await using AdminClient admin = await cluster.OpenAdminAsync(cancellationToken);
        TopicPartition[] partitions =
            await PartitionBounds.FindPartitionsAsync(admin, options.Topic, options.Partition, cancellationToken);
        Dictionary<TopicPartition, PartitionBounds> bounds =
            await PartitionBounds.FindAsync(admin, partitions, options.From.Time, cancellationToken);
        return bounds.ToDictionary(
            each => each.Key,
            each => (options.From.In(each.Value.Start, each.Value.End, each.Value.FirstAtTime), each.Value.End));
    }

    private async Task ReadToAsync(
        Consumer consumer, TopicPartition partition, long end, CancellationToken cancellationToken)
    {
        while ((consumer.Position(partition) ?? 0) < end)
        {
            if (await consumer.ReadBatchAsync(IdleInterval, cancellationToken) is not { } batch) continue;
            writer.Write(partition.Partition, batch.Batch, batch.StartOffset);
            if (writer.IsDone) return;
        }
    }

    private async Task FollowAsync(Consumer consumer, CancellationToken cancellationToken)
    {
        while (!writer.IsDone)
        {
            ValueTask<ConsumedBatch> next = consumer.ReadBatchAsync(cancellationToken);
            if (!next.IsCompleted) writer.Flush(); // Nothing more for now: what there is must be seen.
            ConsumedBatch batch = await next;
            writer.Write(batch.Partition.Partition, batch.Batch, batch.StartOffset);
        }
    }
}
