using System.Diagnostics;
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

    /// <summary>How often it is looked whether the topic is still the same, and has more partitions.</summary>
    private static readonly TimeSpan TopicInterval = TimeSpan.FromSeconds(1);

    private readonly Channel<PendingBatch> _batches = Channel.CreateBounded<PendingBatch>(Ahead);
    private readonly Owner _owner = new("", Generation: null, Guid.NewGuid().ToString("N"));
    private readonly List<Task> _readers = [];
    private Guid _topicId;
    private int _reading;
    private long _lookedAt = Stopwatch.GetTimestamp();

    public Action<SinkStatistics>? Progressed { get; init; }

    public async Task RunAsync(bool follow, CancellationToken cancellationToken)
    {
        if (options.Unusable == UnusableRecords.DeadLetterTopic)
            throw new InvalidConfigException("dead-letter topic", "takes brokers: here set records aside in the table");
        Topic topic = directory.GetTopic(options.Topic);
        _topicId = topic.Id;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Take(topic.PartitionCount, follow, stop.Token);
        try
        {
            await ApplyAsync(follow, stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is LogDivergedException or not (OperationCanceledException or SinkException))
        {
            _ = LookAtTopic(); // It may be the topic that went while its files were read.
            throw;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            _batches.Writer.TryComplete();
            await Task.WhenAll(_readers).ConfigureAwait(false);
        }
    }

    /// <summary>Claims the partitions below a count that are not claimed yet, and has them read.</summary>
    private void Take(int count, bool follow, CancellationToken cancellationToken)
    {
        TopicPartition[] added =
            [.. Enumerable.Range(_readers.Count, count - _readers.Count).Select(each => new TopicPartition(options.Topic, each))];
        if (added.Length == 0) return;
        IReadOnlyList<PartitionProgress> claims = applier.Claim(added, _topicId.ToString(), _owner);
        Interlocked.Add(ref _reading, claims.Count);
        // Started on the pool: opening a log reads files.
        foreach (PartitionProgress claim in claims)
            _readers.Add(Task.Run(() => ReadAsync(claim, follow, cancellationToken), CancellationToken.None));
    }

    /// <summary>Hands out a partition's batches. What ends it ends the others, behind what they have handed out.</summary>
    private async Task ReadAsync(PartitionProgress claim, bool follow, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await ReadAsync(claim, claim.Next, follow, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
        }

        if (Interlocked.Decrement(ref _reading) == 0 || failure is not null) _batches.Writer.TryComplete(failure);
    }

    /// <param name="claim">
    /// The partition. The applier moves the claim on: what is needed of it is taken before the first batch.
    /// </param>
    /// <param name="next">Behind what the database has of it.</param>
    /// <param name="follow">Whether to wait for more at the end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task ReadAsync(PartitionProgress claim, long next, bool follow, CancellationToken cancellationToken)
    {
        ReadOnlyLog? log = await OpenAsync(claim, follow, cancellationToken).ConfigureAwait(false);
        if (log is null) return;
        await using ConfiguredAsyncDisposable closing = log.ConfigureAwait(false);
        if (next > log.LogEndOffset)
            throw new LogDivergedException(claim.Partition, next, $"the log ends at {log.LogEndOffset}");
        if (next >= 0 && next < log.LogStartOffset)
            throw new LogDivergedException(
                claim.Partition, next, $"records up to {log.LogStartOffset} were deleted before they were applied");
        long from = claim.ReadFrom(log.LogStartOffset);
        long end = log.LogEndOffset;
        if (!follow && from >= end) return;
        next = Math.Max(next, from);
        try
        {
            await foreach (RecordBatch batch in log
                .ReadAsync(from, follow ? ReadMode.Follow : ReadMode.ToEnd, cancellationToken).ConfigureAwait(false))
            {
                if (DirectoryBatch.HasRecords(claim.Partition, batch))
                {
                    await _batches.Writer.WriteAsync(new PendingBatch(claim.Partition, batch.Copy(), from), cancellationToken)
                        .ConfigureAwait(false);
                    next = Math.Max(next, batch.NextOffset);
                }

                if (!follow && batch.NextOffset >= end) return;
            }
        }
        catch (LogTruncatedException error)
        {
            throw new LogDivergedException(claim.Partition, next, $"it was truncated to {error.EndOffset}");
        }
        catch (OffsetOutOfRangeException)
        {
            throw new LogDivergedException(
                claim.Partition, next, $"it reaches from {log.LogStartOffset} to {log.LogEndOffset} by now");
        }
    }

    /// <summary>Looks whether the topic is still the one that was claimed.</summary>
    /// <returns>How many partitions it has.</returns>
    /// <exception cref="LogDivergedException">It is not.</exception>
    private int LookAtTopic()
    {
        _lookedAt = Stopwatch.GetTimestamp();
        Topic? topic = directory.ReadTopics().FirstOrDefault(each => each.Name == options.Topic);
        if (topic?.Id == _topicId) return topic.PartitionCount;
        PartitionProgress claim = applier.Claims.First();
        throw new LogDivergedException(
            claim.Partition, Math.Max(0, claim.StoredNext), topic is null ? "the topic was deleted" : ProgressTable.OtherTopic);
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

    private async Task ApplyAsync(bool follow, CancellationToken cancellationToken)
    {
        List<PendingBatch> pending = [];
        while (await WaitAsync(follow, cancellationToken).ConfigureAwait(false))
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
            options.FailOnPurpose();
        }
    }

    /// <summary>Whether there are batches; looks at the topic once a second, as long as it is followed.</summary>
    private async Task<bool> WaitAsync(bool follow, CancellationToken cancellationToken)
    {
        Task<bool> more = _batches.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        while (follow)
        {
            if (Stopwatch.GetElapsedTime(_lookedAt) >= TopicInterval) Take(LookAtTopic(), follow, cancellationToken);
            try
            {
                return await more.WaitAsync(TopicInterval, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Nobody writes: time to look.
            }
        }

        return await more.ConfigureAwait(false);
    }
}
