using LogStore.Client.Cluster;
using LogStore.Client.Connections;

namespace LogStore.Client.Consuming;

/// <summary>Finds positions that are not known: committed ones, and those by time.</summary>
/// <remarks>
/// Thread-safe. One round runs at a time, in the background, and repeats until nothing is left to find.
/// </remarks>
internal sealed class PositionResolver(
    ConsumerOptions options, ClusterClient cluster, Assignment assignment, CommittedOffsetsReader committed)
{
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private bool _runAgain;

    /// <summary>Called when positions were found.</summary>
    public Action? Resolved { get; set; }

    /// <summary>Starts a round, or has the one that is running followed by another.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _runAgain = _isRunning;
            if (_isRunning) return;
            _isRunning = true;
            _running = Task.Run(RunAsync);
        }
    }

    /// <summary>Waits for the round that is running.</summary>
    public Task StopAsync()
    {
        lock (_gate) return _running;
    }

    private async Task RunAsync()
    {
        for (int failures = 0; !cluster.Closing.IsCancellationRequested;)
        {
            Questions questions = Collect();
            if (questions.IsEmpty)
            {
                if (!IsWantedAgain()) return;
                continue;
            }

            try
            {
                await FindAsync(questions).ConfigureAwait(false);
                failures = 0;
                Resolved?.Invoke();
            }
            catch (ClientException e) when (e.IsTransient)
            {
                cluster.RequestRefresh();
                TimeSpan pause = Backoff.After(++failures, options.RetryBackoff, options.RetryBackoffMax);
                if (!await PauseAsync(pause).ConfigureAwait(false)) return;
            }
            catch (ClientException e)
            {
                Fail(questions, e);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                if (cluster.Closing.IsCancellationRequested) return;
                // It was a connection that has ended, not the client.
                if (!await PauseAsync(Backoff.After(++failures, options.RetryBackoff, options.RetryBackoffMax))
                    .ConfigureAwait(false)) return;
            }
        }
    }

    private bool IsWantedAgain()
    {
        lock (_gate)
        {
            _isRunning = _runAgain;
            _runAgain = false;
            return _isRunning;
        }
    }

    private Questions Collect()
    {
        var questions = new Questions();
        lock (assignment.Gate)
        {
            foreach (PartitionState state in assignment.States)
            {
                if (state.Error is not null || state.FetchOffset >= 0) continue;
                questions.Versions[state.Partition] = state.Version;
                if (state.Sought is { } sought) questions.Sought[state.Partition] = sought;
                else questions.Uncommitted.Add(state.Partition);
            }
        }

        return questions;
    }

    private async Task FindAsync(Questions questions)
    {
        if (questions.Uncommitted.Count > 0)
        {
            IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets =
                await committed(questions.Uncommitted, cluster.Closing).ConfigureAwait(false);
            foreach (TopicPartition partition in questions.Uncommitted)
            {
                if (offsets.TryGetValue(partition, out CommittedOffset offset))
                    Apply(partition, questions, state => state.SeekTo(offset.Offset, offset.LeaderEpoch));
                else if (options.AutoOffsetReset == AutoOffsetReset.None)
                    Apply(partition, questions, state => state.Error = new NoOffsetException(partition, offset: null));
                else
                    questions.Sought[partition] = ResetSpec(options.AutoOffsetReset);
            }
        }

        Dictionary<TopicPartition, OffsetResult> found = await OffsetLookup
            .RunAsync(cluster, questions.Sought, options.IsolationLevel, cluster.Closing).ConfigureAwait(false);
        foreach ((TopicPartition partition, OffsetResult result) in found)
        {
            if (result.Offset >= 0) Apply(partition, questions, state => state.SeekTo(result.Offset));
            else Apply(partition, questions, state => state.SeekTo(OffsetSpec.Latest)); // Nothing is as late as that.
        }
    }

    private void Apply(TopicPartition partition, Questions questions, Action<PartitionState> apply)
    {
        lock (assignment.Gate)
        {
            if (assignment.TryFind(partition, out PartitionState state) &&
                state.Version == questions.Versions[partition])
                apply(state);
        }

        assignment.Changed.Set();
    }

    private void Fail(Questions questions, ClientException error)
    {
        foreach (TopicPartition partition in questions.Versions.Keys)
            Apply(partition, questions, state => state.Error = error);
    }

    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        await Task.Delay(pause, options.TimeProvider, cluster.Closing)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cluster.Closing.IsCancellationRequested;
    }

    /// <summary>Where to begin without an offset.</summary>
    public static OffsetSpec ResetSpec(AutoOffsetReset policy) =>
        policy == AutoOffsetReset.Earliest ? OffsetSpec.Earliest : OffsetSpec.Latest;

    /// <summary>What is not known.</summary>
    private sealed class Questions
    {
        public Dictionary<TopicPartition, int> Versions { get; } = [];

        public HashSet<TopicPartition> Uncommitted { get; } = [];

        public Dictionary<TopicPartition, OffsetSpec> Sought { get; } = [];

        public bool IsEmpty => Versions.Count == 0;
    }
}

/// <summary>Reads committed offsets; without a group there are none.</summary>
internal delegate Task<IReadOnlyDictionary<TopicPartition, CommittedOffset>> CommittedOffsetsReader(
    IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken);
