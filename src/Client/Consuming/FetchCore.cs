using LogStore.Client.Cluster;
using LogStore.Client.Connections;
using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Client.Consuming;

/// <summary>Fetches ahead, within bounds, what the assignment has, from all brokers.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FetchCore(
    ConsumerOptions options, ClusterClient cluster, Assignment assignment, PositionResolver resolver)
{
    private readonly Dictionary<int, BrokerFetcher> _fetchers = [];
    private bool _isStopped;

    public ConsumerOptions Options => options;

    public ClusterClient Cluster => cluster;

    /// <summary>Has every broker that leads an assigned partition asked for it.</summary>
    public void Wake()
    {
        lock (assignment.Gate)
        {
            if (_isStopped) return;
            ClusterSnapshot snapshot = cluster.Snapshot;
            foreach (PartitionState state in assignment.States)
            {
                if (state.Error is not null) continue;
                if (snapshot.FindLeader(state.Partition) is not { } leader) cluster.RequestRefresh();
                else if (!_fetchers.ContainsKey(leader.NodeId)) _fetchers[leader.NodeId] = new(leader.NodeId, this);
            }

            foreach (BrokerFetcher fetcher in _fetchers.Values) fetcher.Wake();
        }
    }

    /// <summary>What to ask a broker for now.</summary>
    public FetchPlan Plan(int nodeId)
    {
        Dictionary<TopicPartition, FetchTarget> targets = [];
        Dictionary<TopicPartition, EpochQuestion> validations = [];
        Dictionary<TopicPartition, int> versions = [];
        bool isSomeoneFull = false;
        bool isUnresolved = false;
        TimeSpan? dueIn = null;
        lock (assignment.Gate)
        {
            ClusterSnapshot snapshot = cluster.Snapshot;
            long bufferedBytes = assignment.States.Sum(state => state.BufferedBytes);
            foreach (PartitionState state in assignment.States)
            {
                if (snapshot.FindLeader(state.Partition) is not { } leader || leader.NodeId != nodeId) continue;
                if (state.IsPaused || state.Error is not null) continue;
                if (state.FetchOffset < 0)
                {
                    isUnresolved = true;
                }
                else if (options.TimeProvider.GetTimestamp() < state.NotBefore)
                {
                    dueIn = options.RetryBackoff;
                }
                else if (state.NeedsValidation(leader))
                {
                    versions[state.Partition] = state.Version;
                    validations[state.Partition] = new(leader.Epoch, state.LastEpoch);
                }
                else if (state.BufferedBytes >= options.MaxPartitionFetchBytes ||
                    bufferedBytes >= options.PrefetchMaxBytes)
                {
                    isSomeoneFull = true;
                }
                else
                {
                    versions[state.Partition] = state.Version;
                    targets[state.Partition] = new(state.FetchOffset, leader.Epoch, options.MaxPartitionFetchBytes);
                }
            }
        }

        if (isUnresolved) resolver.Start();
        return new FetchPlan(targets, validations, versions, isSomeoneFull, dueIn);
    }

    /// <summary>Takes an answer.</summary>
    public void Take(FetchResponse response, PooledFrame frame, FetchPlan plan)
    {
        foreach (FetchResponse.Topic topic in response.Topics)
        {
            foreach (FetchResponse.Partition answer in topic.Partitions)
            {
                var partition = new TopicPartition(topic.Name, answer.PartitionIndex);
                if (plan.Targets.TryGetValue(partition, out FetchTarget target))
                    Take(partition, answer, target, plan.Versions[partition], frame);
            }
        }

        assignment.Changed.Set();
    }

    /// <summary>Takes what a leader says of the epochs that were fetched last.</summary>
    public void Take(OffsetForLeaderEpochResponse response, FetchPlan plan)
    {
        Dictionary<TopicPartition, OffsetForLeaderEpochResponse.Partition> answers = [];
        foreach (OffsetForLeaderEpochResponse.Topic topic in response.Topics)
        {
            foreach (OffsetForLeaderEpochResponse.Partition each in topic.Partitions)
                answers[new TopicPartition(topic.Name, each.PartitionIndex)] = each;
        }

        lock (assignment.Gate)
        {
            foreach ((TopicPartition partition, EpochQuestion question) in plan.Validations)
            {
                if (!assignment.TryFind(partition, out PartitionState state) || state.Version != plan.Versions[partition])
                    continue;
                // One that is not mentioned would be asked for again at once, and so on.
                if (!answers.TryGetValue(partition, out OffsetForLeaderEpochResponse.Partition answer))
                    Refuse(state, ErrorCode.LeaderNotAvailable, state.FetchOffset);
                else if (answer.ErrorCode != ErrorCode.None) Refuse(state, answer.ErrorCode, state.FetchOffset);
                else Settle(state, question, answer.EndOffset);
            }
        }

        assignment.Changed.Set();
    }

    /// <summary>Goes on without asking: the leader does not know the question.</summary>
    public void SettleAll(FetchPlan plan)
    {
        lock (assignment.Gate)
        {
            foreach ((TopicPartition partition, EpochQuestion question) in plan.Validations)
                if (assignment.TryFind(partition, out PartitionState state) && state.Version == plan.Versions[partition])
                    Settle(state, question, long.MaxValue);
        }
    }

    /// <summary>Ends consuming from a broker that cannot be used.</summary>
    public void FailAll(int nodeId, ClientException error)
    {
        lock (assignment.Gate)
        {
            foreach (PartitionState state in assignment.States)
                if (cluster.Snapshot.FindLeader(state.Partition)?.NodeId == nodeId) state.Error ??= error;
        }

        assignment.Changed.Set();
    }

    public async Task StopAsync()
    {
        BrokerFetcher[] fetchers;
        lock (assignment.Gate)
        {
            _isStopped = true;
            fetchers = [.. _fetchers.Values];
        }

        foreach (BrokerFetcher fetcher in fetchers) await fetcher.StopAsync().ConfigureAwait(false);
    }

    private void Take(
        TopicPartition partition, in FetchResponse.Partition answer, FetchTarget target, int version, PooledFrame frame)
    {
        FetchedPiece? piece = null;
        ClientException? error = null;
        if (answer.ErrorCode == ErrorCode.None && answer.Records.Length > 0)
        {
            try
            {
                // Outside the lock: checksums take their time.
                piece =
                    FetchedPiece.Read(frame, answer.Records.Bytes, target.Offset, version, answer.AbortedTransactions);
            }
            catch (InvalidRecordBatchException e)
            {
                error = new CorruptBatchException(partition, target.Offset, e);
            }
        }

        lock (assignment.Gate)
        {
            if (!assignment.TryFind(partition, out PartitionState state) || state.Version != version)
            {
                piece?.Dispose();
                return;
            }

            if (error is not null) state.Error = error;
            if (piece is not null) state.Fetched(piece);
            if (answer.ErrorCode == ErrorCode.None)
                (state.HighWatermark, state.LogStartOffset) = (answer.HighWatermark, answer.LogStartOffset);
            else Refuse(state, answer.ErrorCode, target.Offset);
        }
    }

    private static void Settle(PartitionState state, EpochQuestion question, long endOffset)
    {
        state.ValidatedEpoch = question.CurrentEpoch;
        // What was fetched beyond the end no longer exists. Whether going on from there is right only the application knows.
        if (endOffset >= 0 && endOffset < state.FetchOffset)
            state.Error = new TruncationDetectedException(state.Partition, state.FetchOffset, endOffset);
    }

    private void Refuse(PartitionState state, ErrorCode code, long offset)
    {
        if (code == ErrorCode.OffsetOutOfRange)
        {
            if (options.AutoOffsetReset == AutoOffsetReset.None)
                state.Error = new NoOffsetException(state.Partition, offset);
            else state.SeekTo(PositionResolver.ResetSpec(options.AutoOffsetReset));
            ClientEvents.OffsetReset(cluster.Logger, state.Partition, offset, options.AutoOffsetReset);
        }
        else if (code.IsRetriable())
        {
            state.NotBefore = options.TimeProvider.GetTimestamp() +
                (long)(options.RetryBackoff.TotalSeconds * options.TimeProvider.TimestampFrequency);
            if (LeaderErrors.NeedsNewMetadata(code)) cluster.RequestRefresh();
        }
        else
        {
            state.Error = new BrokerErrorException(code, $"Fetching {state.Partition}");
        }
    }
}
