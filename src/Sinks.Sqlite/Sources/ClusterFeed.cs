using System.Diagnostics;
using LogStore.KafkaProtocol.Fetch;
using LogStore.Sinks.Sqlite.Applying;
using LogStore.Sinks.Sqlite.Progress;

namespace LogStore.Sinks.Sqlite.Sources;

/// <summary>Feeds the sink from brokers, as a member of a group or alone.</summary>
/// <remarks>
/// What was read is applied before a partition is given up; what belongs to somebody else already is dropped, or refused by
/// the database. Offsets are committed behind the database's commit, and only for those who watch.
/// </remarks>
internal sealed class ClusterFeed : IRebalanceListener, IAsyncDisposable
{
    /// <summary>How long to wait for records before looking whether the end is reached.</summary>
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How often offsets are committed to the group.</summary>
    private static readonly TimeSpan CommitInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often it is looked whether the topic is still the same, and what was refused still so.</summary>
    private static readonly TimeSpan TopicInterval = TimeSpan.FromSeconds(1);

    private readonly SqliteSinkOptions _options;
    private readonly BatchApplier _applier;
    private readonly ConsumerOptions _consumerOptions;
    private readonly Consumer _consumer;
    private readonly DeadLetterSender? _deadLetters;
    private readonly List<PendingBatch> _pending = [];
    private readonly Dictionary<TopicPartition, long> _committed = [];

    /// <summary>What is assigned to this member, and somebody else's in the database: why, and since when.</summary>
    private readonly Dictionary<TopicPartition, (SinkFencedException Error, long Since)> _refused = [];

    private long _pendingRecords;
    private long _committedAt = Stopwatch.GetTimestamp();
    private long _topicCheckedAt = Stopwatch.GetTimestamp();
    private Guid? _topicId;
    private Owner? _alone;
    private CancellationToken _stop;
    private bool _isLeftOut;
    private bool _hasFailed;

    public ClusterFeed(SqliteSinkOptions options, BatchApplier applier, ConsumerOptions consumer)
    {
        _options = options;
        _applier = applier;
        // Never reset: where there is no offset any more, records are missing, and that is to be told. And what a producer
        // has taken back is no change of the table.
        _consumerOptions = consumer with
        {
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.None,
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        _consumer = new Consumer(_consumerOptions);
        if (options.DeadLetterTopic is { } topic)
        {
            _deadLetters = new DeadLetterSender(consumer, topic);
            applier.SendDeadLetters = _deadLetters.Send;
        }
    }

    public Action<SinkStatistics>? Progressed { get; init; }

    public async Task RunAsync(bool follow, CancellationToken cancellationToken)
    {
        _stop = cancellationToken;
        int count = await _consumer.GetPartitionCountAsync(_options.Topic, cancellationToken).ConfigureAwait(false);
        TopicPartition[] partitions = PartitionsOf(count);
        IReadOnlyDictionary<TopicPartition, OffsetResult> ends =
            await ListAsync(partitions, OffsetSpec.Latest, cancellationToken).ConfigureAwait(false);
        if (_consumerOptions.GroupId is null)
        {
            _consumer.Assign(partitions);
            _alone = new Owner("", Generation: null, Guid.NewGuid().ToString("N"));
            await ClaimAsync(partitions, _alone, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _consumer.Subscribe([_options.Topic], this);
        }

        try
        {
            await ReadAsync(follow, ends, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await FlushAsync(CancellationToken.None).ConfigureAwait(false);
            await CommitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        catch (TruncationDetectedException error)
        {
            _hasFailed = true;
            throw new LogDivergedException(error.Partition, error.Position, $"it was truncated to {error.DivergingOffset}");
        }
        catch (TopicRecreatedException error)
        {
            _hasFailed = true;
            throw new LogDivergedException(error.Partition, error.Position, ProgressTable.OtherTopic);
        }
        catch (NoOffsetException error)
        {
            _hasFailed = true;
            await CheckTopicAsync(cancellationToken).ConfigureAwait(false);
            throw new LogDivergedException(error.Partition, error.Offset ?? 0, "it does not reach from there, or not to there");
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    /// <inheritdoc/>
    public Task OnAssignedAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        _isLeftOut = _consumer.AssignedPartitions.Count == 0;
        return ClaimAsMemberAsync(partitions);
    }

    /// <inheritdoc/>
    public async Task OnRevokedAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        _isLeftOut = false;
        if (!_hasFailed)
        {
            await FlushAsync(CancellationToken.None).ConfigureAwait(false);
            await CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        Forget(partitions);
    }

    /// <inheritdoc/>
    public Task OnLostAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        _isLeftOut = false;
        Forget(partitions);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _consumer.DisposeAsync().ConfigureAwait(false);
        if (_deadLetters is not null) await _deadLetters.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReadAsync(
        bool follow, IReadOnlyDictionary<TopicPartition, OffsetResult> ends, CancellationToken cancellationToken)
    {
        while (true)
        {
            ConsumedBatch? batch = await _consumer
                .ReadBatchAsync(_pending.Count > 0 ? _options.Linger : IdleInterval, cancellationToken).ConfigureAwait(false);
            if (batch is not null && _applier.Find(batch.Partition) is not null)
            {
                // The consumer takes its memory back with the next call.
                _pending.Add(new PendingBatch(batch.Partition, batch.Batch.Copy(), batch.StartOffset));
                _pendingRecords += batch.Batch.RecordCount;
            }

            if (batch is null || _pendingRecords >= _options.TransactionRecords)
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            if (batch is null || Stopwatch.GetElapsedTime(_committedAt) >= CommitInterval)
                await CommitAsync(cancellationToken).ConfigureAwait(false);
            if (Stopwatch.GetElapsedTime(_topicCheckedAt) >= TopicInterval)
            {
                await CheckTopicAsync(cancellationToken).ConfigureAwait(false);
                await ClaimAsMemberAsync([.. _refused.Keys]).ConfigureAwait(false);
            }

            foreach ((SinkFencedException error, long since) in _refused.Values)
                if (Stopwatch.GetElapsedTime(since) > _options.FenceLimit) throw error;
            if (batch is null && !follow && IsAtEnd(ends)) return;
        }
    }

    /// <summary>Whether the partitions that are ours are read as far as they went at the start.</summary>
    private bool IsAtEnd(IReadOnlyDictionary<TopicPartition, OffsetResult> ends)
    {
        if (_refused.Count > 0) return false; // Nobody may be reading those.
        IReadOnlyList<TopicPartition> assigned = _consumer.AssignedPartitions;
        if (assigned.Count == 0) return _isLeftOut; // Else the group is still dividing them.
        return assigned.All(partition => _consumer.Position(partition) is { } position &&
            (!ends.TryGetValue(partition, out OffsetResult end) || position >= end.Offset));
    }

    /// <summary>
    /// Looks whether the topic is still the one that was claimed, and has more partitions. Whoever cannot say does not matter.
    /// </summary>
    private async Task CheckTopicAsync(CancellationToken cancellationToken)
    {
        int count;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TopicInterval);
        try
        {
            Guid? found = await _consumer.FindTopicIdAsync(_options.Topic, patience.Token).ConfigureAwait(false);
            if (found is not null && _topicId is not null && found != _topicId && _applier.Claims.Count > 0)
            {
                PartitionProgress claim = _applier.Claims.First();
                throw new LogDivergedException(claim.Partition, Math.Max(0, claim.StoredNext), ProgressTable.OtherTopic);
            }

            count = await _consumer.GetPartitionCountAsync(_options.Topic, patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (
            error is ClientException { IsTransient: true } ||
            (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return;
        }
        finally
        {
            _topicCheckedAt = Stopwatch.GetTimestamp();
        }

        // Members of a group are given theirs.
        if (_alone is null || count <= _consumer.AssignedPartitions.Count) return;
        TopicPartition[] added = [.. PartitionsOf(count).Except(_consumer.AssignedPartitions)];
        _consumer.Assign(PartitionsOf(count));
        await ClaimAsync(added, _alone, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Claims partitions for this member's generation. Those that the database refuses wait.</summary>
    private async Task ClaimAsMemberAsync(IReadOnlyList<TopicPartition> partitions)
    {
        if (partitions.Count == 0 || _consumer.Member is not { } member) return;
        // A static member that has died comes back in the same generation, under another member id.
        string name = _consumerOptions.GroupInstanceId ?? member.MemberId;
        Owner owner = new(_consumerOptions.GroupId!, member.Generation, name);
        try
        {
            // Not the token of a read: it ends with the time limit of that, and a claim must not end half way.
            await ClaimAsync(partitions, owner, _stop).ConfigureAwait(false);
            _consumer.Resume(partitions);
            foreach (TopicPartition partition in partitions) _refused.Remove(partition);
        }
        catch (SinkFencedException error) when (!error.IsLasting)
        {
            // The group may have gone on already, and this member not have heard of it: it will, or it is an error.
            foreach (TopicPartition partition in partitions)
            {
                _consumer.Seek(partition, OffsetSpec.Latest);
                Refuse(partition, error);
            }
        }
    }

    /// <summary>Reads no more of a partition until it can be claimed again.</summary>
    private void Refuse(TopicPartition partition, SinkFencedException error)
    {
        _consumer.Pause(partition);
        _refused.TryAdd(partition, (error, Stopwatch.GetTimestamp()));
    }

    private async Task ClaimAsync(
        IReadOnlyCollection<TopicPartition> partitions, Owner owner, CancellationToken cancellationToken)
    {
        _topicId = await _consumer.FindTopicIdAsync(_options.Topic, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PartitionProgress> claims = _applier.Claim(partitions, _topicId?.ToString() ?? "", owner);
        IReadOnlyDictionary<TopicPartition, OffsetResult> starts =
            await ListAsync(partitions, OffsetSpec.Earliest, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<TopicPartition, OffsetResult> ends =
            await ListAsync(partitions, OffsetSpec.Latest, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<TopicPartition, EpochEnd> epochs = await _consumer.FindEpochEndsAsync(
            claims.Where(each => each.Next > 0 && each.LeaderEpoch >= 0).ToDictionary(each => each.Partition, each => each.LeaderEpoch),
            cancellationToken).ConfigureAwait(false);
        foreach (PartitionProgress claim in claims)
        {
            (long start, long end) = (starts[claim.Partition].Offset, ends[claim.Partition].Offset);
            Check(claim, start, end, epochs);
            _consumer.Seek(claim.Partition, claim.ReadFrom(start));
        }
    }

    private static void Check(
        PartitionProgress claim, long start, long end, IReadOnlyDictionary<TopicPartition, EpochEnd> epochs)
    {
        if (claim.IsNew) return;
        if (claim.Next > end)
            throw new LogDivergedException(claim.Partition, claim.Next, $"the log ends at {end}");
        if (claim.Next < start)
            throw new LogDivergedException(
                claim.Partition, claim.Next, $"records up to {start} were deleted before they were applied");
        if (epochs.TryGetValue(claim.Partition, out EpochEnd epoch) && epoch.EndOffset >= 0 && epoch.EndOffset < claim.Next)
            throw new LogDivergedException(
                claim.Partition, claim.Next, $"leader epoch {claim.LeaderEpoch} ends at {epoch.EndOffset} there");
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count == 0) return;
        try
        {
            _applier.Apply(_pending);
        }
        finally
        {
            _pending.Clear();
            _pendingRecords = 0;
        }

        Progressed?.Invoke(_applier.Statistics);
        foreach (PartitionProgress claim in _applier.Claims.Where(each => each.IsFenced).ToArray())
        {
            var error = new SinkFencedException(claim.Partition, "another sink has claimed it since, or written for it");
            if (_consumerOptions.GroupId is null) throw error;
            _applier.Release([claim.Partition]);
            if (_consumer.AssignedPartitions.Contains(claim.Partition)) Refuse(claim.Partition, error);
        }

        if (_options.ErrorProbability <= 0) return;
        _options.FailOnPurpose();
        await CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        _committedAt = Stopwatch.GetTimestamp();
        if (_consumerOptions.GroupId is null) return;
        Dictionary<TopicPartition, CommittedOffset> offsets = [];
        foreach (PartitionProgress claim in _applier.Claims)
        {
            if (claim.StoredNext >= 0 && _committed.GetValueOrDefault(claim.Partition, -1) != claim.StoredNext)
                offsets[claim.Partition] = new CommittedOffset(claim.StoredNext, claim.LeaderEpoch);
        }

        if (offsets.Count == 0) return;
        try
        {
            await _consumer.CommitAsync(offsets, cancellationToken).ConfigureAwait(false);
            foreach ((TopicPartition partition, CommittedOffset offset) in offsets) _committed[partition] = offset.Offset;
        }
        catch (CommitFailedException)
        {
            // The group has gone on: its offsets are behind the database, which is what it goes by.
        }
        catch (ClientException error) when (error.IsTransient)
        {
            // The next one says it all.
        }
    }

    private TopicPartition[] PartitionsOf(int count) =>
        [.. Enumerable.Range(0, count).Select(each => new TopicPartition(_options.Topic, each))];

    private void Forget(IReadOnlyList<TopicPartition> partitions)
    {
        _applier.Release(partitions);
        foreach (TopicPartition partition in partitions) _refused.Remove(partition);
        _pending.RemoveAll(batch => partitions.Contains(batch.Partition));
        _pendingRecords = _pending.Sum(batch => (long)batch.Batch.RecordCount);
        foreach (TopicPartition partition in partitions) _committed.Remove(partition);
    }

    private Task<IReadOnlyDictionary<TopicPartition, OffsetResult>> ListAsync(
        IReadOnlyCollection<TopicPartition> partitions, OffsetSpec spec, CancellationToken cancellationToken) =>
        _consumer.ListOffsetsAsync(partitions.ToDictionary(each => each, _ => spec), cancellationToken);
}
