using LogStore.Cli.Output;
using LogStore.Records;
using LogStore.Topics;

namespace LogStore.Cli.Consuming;

/// <summary>
/// One run of <c>logstore consume</c>: reads beside whoever owns the directory. To the end: one partition after another, up
/// to where each ended when it was opened. Following: all partitions at once, in the order in which batches come.
/// </summary>
internal sealed class ConsumeSession(ReadOnlyDataDirectory directory, ConsumeOptions options, StandardOutput output)
{
    /// <summary>How often a partition that has never been written is looked for; nothing announces its directory.</summary>
    private static readonly TimeSpan ArrivalInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _remaining = options.Max;

    /// <summary>Reads until the end, the maximum or the cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Topic topic = directory.GetTopic(options.Topic);
        int[] partitions = options.Partition is { } named
            ? [topic.CheckPartition(named)] : [.. Enumerable.Range(0, topic.PartitionCount)];
        if (_remaining == 0) return;
        try
        {
            if (options.Follow) await FollowAsync(partitions, cancellationToken);
            else await ReadToEndAsync(partitions, cancellationToken);
        }
        finally
        {
            lock (_gate) output.Flush();
        }
    }

    private async Task ReadToEndAsync(int[] partitions, CancellationToken cancellationToken)
    {
        foreach (int partition in partitions)
        {
            await using ReadOnlyLog? log = await OpenAsync(partition, cancellationToken);
            if (log is null)
            {
                _ = options.From.InEmpty;
                continue;
            }

            // The end as it is now: reading must end even when a producer is faster.
            long end = log.LogEndOffset;
            long from = options.From.In(log);
            if (from >= end) continue;
            await foreach (RecordBatch batch in
                           log.ReadAsync(from, ReadMode.ToEnd, cancellationToken))
            {
                if (!Write(partition, batch, from)) return;
                if (batch.NextOffset >= end) break;
            }
        }
    }

    private async Task FollowAsync(int[] partitions, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] readers = [.. partitions.Select(partition => FollowAsync(partition, stop))];
        try
        {
            await Task.WhenAll(readers);
        }
        catch (OperationCanceledException) when (Volatile.Read(ref _remaining) == 0)
        {
            // The maximum is reached: the reader that wrote the last record has stopped the others.
        }
    }

    private async Task FollowAsync(int partition, CancellationTokenSource stop)
    {
        try
        {
            bool isNew = false;
            ReadOnlyLog? opened;
            while ((opened = await OpenAsync(partition, stop.Token)) is null)
            {
                _ = options.From.InEmpty;
                isNew = true;
                await Task.Delay(ArrivalInterval, stop.Token);
            }

            await using ReadOnlyLog log = opened;
            // All of a partition that came into being while we waited is new, whatever --from says of the older ones.
            long from = isNew ? log.LogStartOffset : options.From.In(log);
            await FollowAsync(partition, log, from, stop.Token);
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
                if (!next.IsCompleted)
                {
                    lock (_gate) output.Flush(); // Nothing more for now: what there is must be seen.
                }

                if (!await next || !Write(partition, batches.Current, from)) return;
            }
        }
    }

    private ValueTask<ReadOnlyLog?> OpenAsync(int partition, CancellationToken cancellationToken) =>
        directory.OpenPartitionAsync(options.Topic, partition, cancellationToken);

    /// <summary>Writes a batch's records from an offset on; false once the maximum is reached.</summary>
    private bool Write(int partition, in RecordBatch batch, long from)
    {
        if (batch.IsControl) return true;
        lock (_gate)
        {
            foreach (RecordView record in batch)
            {
                if (record.Offset < from) continue;
                if (_remaining == 0) return false;
                options.Formatter.Write(output, partition, batch.TimestampType, record);
                _remaining--;
            }

            return _remaining > 0;
        }
    }
}
