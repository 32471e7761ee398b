using LogStore.Client.Threading;

namespace LogStore.Client.Consuming;

/// <summary>The partitions that a consumer has, and its places in them.</summary>
/// <remarks>Thread-safe. The states it hands out are guarded by <see cref="Gate"/>.</remarks>
internal sealed class Assignment
{
    private readonly Dictionary<TopicPartition, PartitionState> _states = [];
    private readonly List<PartitionState> _order = [];
    private int _next;

    /// <summary>Guards the states.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Set when something was fetched, or went wrong.</summary>
    public WakeSignal Changed { get; } = new();

    /// <summary>All states, in the order in which they are served. Read it holding <see cref="Gate"/>.</summary>
    public List<PartitionState> States => _order;

    public TopicPartition[] Partitions
    {
        get
        {
            lock (Gate) return [.. _order.Select(state => state.Partition)];
        }
    }

    /// <summary>Gives up what is not among <paramref name="partitions"/> and takes what is new.</summary>
    public void Set(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (Gate)
        {
            HashSet<TopicPartition> wanted = [.. partitions];
            foreach (TopicPartition gone in _states.Keys.Where(each => !wanted.Contains(each)).ToArray())
            {
                _states[gone].SeekTo(sought: null); // What is under way for it is stale.
                _states.Remove(gone);
            }

            foreach (TopicPartition partition in partitions) _states.TryAdd(partition, new PartitionState(partition));
            _order.Clear();
            _order.AddRange(_states.Values);
        }

        Changed.Set();
    }

    public bool TryFind(TopicPartition partition, out PartitionState state) =>
        _states.TryGetValue(partition, out state!);

    /// <summary>The partition's state.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public PartitionState Find(TopicPartition partition) => _states.TryGetValue(partition, out PartitionState? state)
        ? state
        : throw new InvalidOperationException($"{partition} is not assigned to this consumer: assign it first.");

    /// <summary>
    /// The next state that has something to consume, or an error; null if none has. The others' turn comes too.
    /// </summary>
    public PartitionState? NextReady()
    {
        for (int i = 0; i < _order.Count; i++)
        {
            PartitionState state = _order[(_next + i) % _order.Count];
            if (state.IsPaused || (state.Error is null && state.Buffered.Count == 0)) continue;
            _next = (_next + i + 1) % _order.Count;
            return state;
        }

        return null;
    }
}
