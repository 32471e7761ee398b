using LogStore.Records;
using LogStore.Topics;

namespace LogStore.Cli.Consuming;

/// <summary>
/// Reads a data directory beside whoever owns it. To the end: one partition after another, up to where each ended when it was
/// opened. Following: all partitions at once, in the order in which batches come.
/// </summary>
internal sealed class LocalConsumer(ReadOnlyDataDirectory directory, ConsumeOptions options, RecordWriter writer)
{
    /// <summary>Reads until the end, the maximum or the cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Topic topic = directory.GetTopic(options.Topic);
        int[] partitions = options.Partition is { } named
            ? [topic.CheckPartition(named)] : [.. Enumerable.Range(0, topic.PartitionCount)];
        if (writer.IsDone) return;
        if (options.Follow) await FollowAsync(partitions, cancellationToken);
        else await ReadToEndAsync(partitions, cancellationToken);
    }

    private async Task ReadToEndAsync(int[] partitions, CancellationToken cancellationToken)
    {
        foreach (int partition in partitions)
        {
            await using ReadOnlyLog? log = await OpenAsync(partition, cancellationToken);
            long from = FromOf(log);
            // The end as it is now: reading must end even when a producer is faster.
            if (log is null || from >= log.LogEndOffset) continue;
            long end = log.LogEndOffset;
            await foreach (RecordBatch batch in
                           log.ReadAsync(from, ReadMode.ToEnd, cancellationToken))
            {
                writer.Write(partition, batch, from);
                if (writer.IsDone) return;
                if (batch.NextOffset >= end) break;
            }
        }
    }

    private async Task FollowAsync(int[] partitions, CancellationToken cancellationToken)
    {
        using PartitionArrivals arrivals = new(directory.Directory);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] readers = [.. partitions.Select(partition => FollowAsync(partition, arrivals, stop))];
        try
        {
            await Task.WhenAll(readers);
        }
        catch (OperationCanceledException) when (writer.IsDone)
        {
            // The maximum is reached: the reader that wrote the last record has stopped the others.
        }
    }

    private async Task FollowAsync(int partition, PartitionArrivals arrivals, CancellationTokenSource stop)
    {
        try
        {
            bool isNew = false;
            ReadOnlyLog? opened;
            while (true)
            {
                Task arrival = arrivals.NextAsync();
                opened = await OpenAsync(partition, stop.Token);
                if (opened is not null) break;
                _ = FromOf(log: null);
                isNew = true;
                await arrival.WaitAsync(stop.Token);
            }

            await using ReadOnlyLog log = opened;
            // All of a partition that came into being while we waited is new, whatever --from says of the older ones.
            await FollowAsync(partition, log, isNew ? log.LogStartOffset : FromOf(log), stop.Token);
        }
        finally
        {
            await stop.CancelAsync(); // One that fails or is done ends them all.
        }
    }

    private async Task FollowAsync(int partition, ReadOnlyLog log, long from, CancellationToken cancellationToken)
    {
        IAsyncEnumerator<RecordBatch> batches =
            log.ReadAsync(from, ReadMode.Follow, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (batches)
        {
            while (true)
            {
                ValueTask<bool> next = batches.MoveNextAsync();
                if (!next.IsCompleted) writer.Flush(); // Nothing more for now: what there is must be seen.
                if (!await next) return;
                writer.Write(partition, batches.Current, from);
                if (writer.IsDone) return;
            }
        }
    }

    private ValueTask<ReadOnlyLog?> OpenAsync(int partition, CancellationToken cancellationToken) =>
        directory.OpenPartitionAsync(options.Topic, partition, cancellationToken);

    /// <summary>Where to begin; a partition that has never been written begins and ends at 0.</summary>
    private long FromOf(ReadOnlyLog? log) => log is null
        ? options.From.In(0, 0, firstAtTime: null)
        : options.From.In(
            log.LogStartOffset, log.LogEndOffset, options.From.Time is { } time ? log.FindOffset(time) : null);
}
