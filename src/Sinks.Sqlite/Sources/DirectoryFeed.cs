using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LogStore.Sinks.Sqlite.Applying;
using LogStore.Sinks.Sqlite.Progress;
using LogStore.Topics;

namespace LogStore.Sinks.Sqlite.Sources;

/// <summary>Feeds the sink from a data directory: a reader for each partition, and one who applies what they find.</summary>
internal sealed class DirectoryFeed(SqliteSinkOptions options, BatchApplier applier, ReadOnlyDataDirectory directory)
{
    /// <summary>How many batches are read ahead.</summary>
    private const int Ahead = 16;

    /// <summary>How often a partition is looked for that nobody has written to yet.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly Channel<PendingBatch> _batches = Channel.CreateBounded<PendingBatch>(Ahead);

    public Action<SinkStatistics>? Progressed { get; init; }

    public async Task RunAsync(bool follow, CancellationToken cancellationToken)
    {
        if (options.Unusable == UnusableRecords.DeadLetterTopic)
            throw new InvalidConfigException("dead-letter topic", "takes brokers: here set records aside in the table");
        Topic topic = directory.GetTopic(options.Topic);
        TopicPartition[] partitions =
            [.. Enumerable.Range(0, topic.PartitionCount).Select(each => new TopicPartition(topic.Name, each))];
        IReadOnlyList<PartitionProgress> claims =
            applier.Claim(partitions, topic.Id.ToString(), new Owner("", Generation: null, Guid.NewGuid().ToString("N")));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reading = ReadAllAsync(claims, follow, stop);
        try
        {
            await ApplyAsync().ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            _batches.Writer.TryComplete();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading.ConfigureAwait(false);
    }

    private async Task ReadAllAsync(IReadOnlyList<PartitionProgress> claims, bool follow, CancellationTokenSource stop)
    {
        try
        {
            // Started on the pool: opening a log reads files.
            await Task.WhenAll(claims.Select(claim => Task.Run(() => ReadAsync(claim, follow, stop)))).ConfigureAwait(false);
        }
        finally
        {
            _batches.Writer.TryComplete();
        }
    }

    private async Task ReadAsync(PartitionProgress claim, bool follow, CancellationTokenSource stop)
    {
        try
        {
            ReadOnlyLog? opened = await OpenAsync(claim, follow, stop.Token).ConfigureAwait(false);
            if (opened is null) return;
            await using ConfiguredAsyncDisposable closing = opened.ConfigureAwait(false);
            ReadOnlyLog log = opened;
            // The applier moves the claim on: what is needed of it is taken here, before the first batch.
            long next = claim.Next;
            if (next > log.LogEndOffset)
                throw new LogDivergedException(claim.Partition, next, $"the log ends at {log.LogEndOffset}");
            if (next >= 0 && next < log.LogStartOffset)
                throw new LogDivergedException(
                    claim.Partition, next, $"records up to {log.LogStartOffset} were deleted before they were applied");
            long from = claim.ReadFrom(log.LogStartOffset);
            long end = log.LogEndOffset;
            if (!follow && from >= end) return;
            await foreach (RecordBatch batch in log
                .ReadAsync(from, follow ? ReadMode.Follow : ReadMode.ToEnd, stop.Token).ConfigureAwait(false))
            {
                await _batches.Writer.WriteAsync(new PendingBatch(claim.Partition, batch.Copy(), from), stop.Token)
                    .ConfigureAwait(false);
                if (!follow && batch.NextOffset >= end) return;
            }
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false); // One that fails ends them all.
            throw;
        }
    }

    private async Task<ReadOnlyLog?> OpenAsync(PartitionProgress claim, bool follow, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadOnlyLog? log = await directory
                .OpenPartitionAsync(options.Topic, claim.Partition.Partition, cancellationToken).ConfigureAwait(false);
            if (log is not null) return log;
            if (claim.Next > 0) throw new LogDivergedException(claim.Partition, claim.Next, "the partition is empty");
            if (!follow) return null;
            await Task.Delay(LookInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ApplyAsync()
    {
        List<PendingBatch> pending = [];
        while (await _batches.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            long records = 0;
            // What is there shares a transaction; nobody is waited for.
            while (records < options.TransactionRecords && _batches.Reader.TryRead(out PendingBatch batch))
            {
                pending.Add(batch);
                records += batch.Batch.RecordCount;
            }

            applier.Apply(pending);
            pending.Clear();
            Progressed?.Invoke(applier.Statistics);
            if (applier.Claims.FirstOrDefault(claim => claim.IsFenced) is { } fenced)
                throw new SinkFencedException(fenced.Partition, "it was started later on the same database");
        }
    }
}
