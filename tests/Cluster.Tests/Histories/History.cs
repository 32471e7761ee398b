using System.Globalization;

namespace LogStore.Cluster.Tests.Histories;

/// <summary>What clients have done and seen, in the order in which each has.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class History(int partitions)
{
    private readonly Lock _gate = new();
    private readonly HashSet<int> _idempotentWriters = [];
    private readonly Dictionary<(int Writer, int Partition), long> _begun = [];
    private readonly List<Placed> _acknowledged = [];
    private readonly List<Placed> _seen = [];
    private readonly List<string> _failures = [];
    private readonly List<Waiter> _waiters = [];

    public int Partitions { get; } = partitions;

    /// <summary>Who may not have anything doubled.</summary>
    public IReadOnlySet<int> IdempotentWriters => _idempotentWriters;

    /// <summary>The highest number that each writer has begun to write to a partition.</summary>
    public IReadOnlyDictionary<(int Writer, int Partition), long> Begun => _begun;

    public IReadOnlyList<Placed> Acknowledged => _acknowledged;

    /// <summary>What the reader that reads along has seen.</summary>
    public IReadOnlyList<Placed> Seen => _seen;

    /// <summary>What was given up without being acknowledged: it may be there or not.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_gate) return [.. _failures];
        }
    }

    /// <summary>How far each writer is in each partition, in words.</summary>
    public IReadOnlyList<string> Outstanding()
    {
        lock (_gate)
        {
            Dictionary<(int, int), long> last = [];
            foreach (Placed placed in _acknowledged) last[(placed.Entry.Writer, placed.Partition)] = placed.Entry.Number;
            return
            [
                .. _begun.Select(each => $"writer {each.Key.Writer} in partition {each.Key.Partition}: " +
                    $"acknowledged {last.GetValueOrDefault(each.Key, -1)} of {each.Value}"),
            ];
        }
    }

    public void AddIdempotentWriter(int writer) => _idempotentWriters.Add(writer);

    /// <summary>A writer is about to write an entry; its numbers rise within a partition.</summary>
    public void Begin(Entry entry, int partition)
    {
        lock (_gate) _begun[(entry.Writer, partition)] = entry.Number;
    }

    public void Acknowledge(Entry entry, int partition, long offset)
    {
        lock (_gate)
        {
            _acknowledged.Add(new Placed(entry, partition, offset));
            for (int index = _waiters.Count - 1; index >= 0; index--)
            {
                Waiter waiter = _waiters[index];
                if (waiter.Writer != entry.Writer || waiter.Partition != partition || entry.Number <= waiter.After) continue;
                _waiters.RemoveAt(index);
                waiter.TrySetResult(TimeProvider.System.GetTimestamp());
            }
        }
    }

    public void Fail(Entry entry, int partition, string reason)
    {
        string at = DateTime.UtcNow.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        lock (_gate) _failures.Add($"'{entry}' to partition {partition}, {at}: {reason}");
    }

    public void See(Entry entry, int partition, long offset)
    {
        lock (_gate) _seen.Add(new Placed(entry, partition, offset));
    }

    /// <summary>
    /// Ends when a writer was acknowledged something in a partition that it had not yet begun to write at the time of the call;
    /// the timestamp is that of the acknowledgement.
    /// </summary>
    public Task<long> WhenGoneOnAsync(int writer, int partition)
    {
        lock (_gate)
        {
            Waiter waiter = new(writer, partition, _begun.GetValueOrDefault((writer, partition), -1));
            _waiters.Add(waiter);
            return waiter.Task;
        }
    }

    private sealed class Waiter(int writer, int partition, long after)
        : TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Writer { get; } = writer;

        public int Partition { get; } = partition;

        public long After { get; } = after;
    }
}
