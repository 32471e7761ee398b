using System.Diagnostics;
using LogStore.Cli.Cluster;
using LogStore.Client;

namespace LogStore.Cli.Consuming;

/// <summary>
/// Reads a topic as a member of a group, from where the group is. What was written to the output is committed, never more: a
/// member that dies has its last records read again, and none lost.
/// </summary>
internal sealed class GroupConsumer(ClusterLocation cluster, ConsumeOptions options, RecordWriter writer)
    : IRebalanceListener
{
    /// <summary>After which pause without records what was written is committed, and the ends are compared.</summary>
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(200);

    private readonly ConsumerOptions _consumerOptions = cluster.ConsumerOptions with
    {
        GroupId = options.Group,
        EnableAutoCommit = false,
        AutoOffsetReset = options.From == StartPosition.Latest ? AutoOffsetReset.Latest : AutoOffsetReset.Earliest,
    };

    /// <summary>Behind the last record written, where that is not committed yet.</summary>
    private readonly Dictionary<TopicPartition, CommittedOffset> _written = [];

    private Consumer? _consumer;
    private long _committedAt = Stopwatch.GetTimestamp();
    private bool _isLeftOut;

    /// <summary>Reads until the ends of its partitions as they are now, the maximum or the cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, PartitionBounds> bounds = await FindBoundsAsync(cancellationToken);
        if (writer.IsDone) return;
        await using Consumer consumer = new(_consumerOptions);
        _consumer = consumer;
        consumer.Subscribe([options.Topic], this);
        try
        {
            await ReadAsync(consumer, bounds, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CommitAsync(CancellationToken.None);
            throw;
        }

        await CommitAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task OnAssignedAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        _isLeftOut = _consumer!.AssignedPartitions.Count == 0;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OnRevokedAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        _isLeftOut = false;
        return CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task OnLostAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        _isLeftOut = false;
        foreach (TopicPartition partition in partitions) _written.Remove(partition); // They are somebody else's to commit.
        return Task.CompletedTask;
    }

    private async Task<Dictionary<TopicPartition, PartitionBounds>> FindBoundsAsync(CancellationToken cancellationToken)
    {
        await using AdminClient admin = await cluster.OpenAdminAsync(cancellationToken);
        TopicPartition[] partitions =
            await PartitionBounds.FindPartitionsAsync(admin, options.Topic, named: null, cancellationToken);
        return await PartitionBounds.FindAsync(admin, partitions, time: null, cancellationToken);
    }

    private async Task ReadAsync(
        Consumer consumer, Dictionary<TopicPartition, PartitionBounds> bounds, CancellationToken cancellationToken)
    {
        while (!writer.IsDone && (options.Follow || !IsAtEnd(consumer, bounds)))
        {
            ValueTask<ConsumedBatch?> next = consumer.ReadBatchAsync(IdleInterval, cancellationToken);
            if (!next.IsCompleted) writer.Flush(); // Nothing more for now: what there is must be seen.
            ConsumedBatch? batch = await next;
            if (batch is not null)
            {
                long written = writer.Write(batch.Partition.Partition, batch.Batch, batch.StartOffset);
                if (written > batch.StartOffset) _written[batch.Partition] = new CommittedOffset(written);
            }

            if (batch is null || Stopwatch.GetElapsedTime(_committedAt) >= _consumerOptions.AutoCommitInterval)
                await CommitAsync(cancellationToken);
        }
    }

    /// <summary>Whether the partitions that are ours are read as far as they went at the start.</summary>
    private bool IsAtEnd(Consumer consumer, Dictionary<TopicPartition, PartitionBounds> bounds)
    {
        IReadOnlyList<TopicPartition> assigned = consumer.AssignedPartitions;
        if (assigned.Count == 0) return _isLeftOut; // Else the group is still dividing them.
        return assigned.All(partition => consumer.Position(partition) is { } position &&
            (!bounds.TryGetValue(partition, out PartitionBounds bound) || position >= bound.End));
    }

    /// <summary>Commits what was written, once it has left this process.</summary>
    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        _committedAt = Stopwatch.GetTimestamp();
        writer.Flush();
        if (_written.Count == 0) return;
        Dictionary<TopicPartition, CommittedOffset> offsets = new(_written);
        _written.Clear();
        if (options.Commit) await _consumer!.CommitAsync(offsets, cancellationToken);
    }
}
